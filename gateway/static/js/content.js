// The form's inputs as content: `path` one value, several boxes a list, `path.row.column` a row of a log.
export function contentOf(form) {
  const content = {};
  for (const input of form.elements) {
    if (!input.name || input.type === "hidden" || input.type === "submit") continue;
    const [path, row, column] = input.name.split(".");
    if (column === undefined) put(content, path, input);
    else put(rowOf(content, path, Number(row)), column, input);
  }
  return content;
}

function rowOf(content, path, number) {
  const rows = (content[path] ??= []);
  while (rows.length <= number) rows.push({});
  return rows[number];
}

function put(into, name, input) {
  if (input.type === "checkbox") {
    into[name] ??= [];
    if (input.checked) into[name].push(input.value);
  } else if (input.type === "radio") {
    into[name] ??= null;
    if (input.checked && input.value !== "") into[name] = input.value;
  } else {
    into[name] = input.value.trim() === "" ? null : input.value;
  }
}
