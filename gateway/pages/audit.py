"""閲覧の記録: who read and wrote what."""

from flask import render_template

from gateway.ask import ask, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.paging import page_number
from gateway.parts import parts


@pages.get("/audit")
@signed_in("auditor")
def audit() -> str:
    """Show the access log, newest first."""
    number = page_number()
    answer = ask("sharing", "list_accesses", {"page": number})
    rows = answer["accesses"]
    return render_template(
        "audit.html",
        rows=rows,
        people=parts().names.people({row.get("account_id") for row in rows}),
        offices=parts().names.offices({row.get("office_id") for row in rows}),
        sealed_until=answer.get("sealed_until"),
        unsealed=answer.get("unsealed", 0),
        page=number,
        pages=number + (len(rows) >= answer["page_size"]),
    )
