// What is unread, in the title and on the icon of the tab.
export function showUnread(count) {
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = count ? `(${count}) ${title}` : title;
  showOnIcon(count);
}

let plain = null;

export async function showOnIcon(count) {
  const icon = document.querySelector('link[rel="icon"]');
  plain ??= icon.href;
  if (!count) {
    icon.href = plain;
    return;
  }
  try {
    const drawing = await (await fetch(plain)).text();
    const badge = '<circle cx="24" cy="24" r="12" fill="#c30000"/><text x="24" y="29" text-anchor="middle" '
      + `font-family="sans-serif" font-weight="700" font-size="15" fill="#fff">${count > 99 ? "99" : count}</text></svg>`;
    icon.href = `data:image/svg+xml,${encodeURIComponent(drawing.replace("</svg>", badge))}`;
  } catch {
    icon.href = plain;
  }
}
