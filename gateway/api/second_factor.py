"""One's own second factor: a code of an app beside the password."""

from flask import Response, jsonify

from contracts.second_factor import (
    BeginSecondFactorMove,
    ConfirmSecondFactor,
    ConfirmSecondFactorMove,
    EndSecondFactor,
    NewSecondFactor,
    RecoveryCodes,
    RenewRecoveryCodes,
    SecondFactor,
    SetUpSecondFactor,
)
from gateway import signing
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described


@api.get("/second-factor")
@signed_in(first_factor=True)
@described(answers=SecondFactor)
def get_second_factor() -> Response:
    """Answer how it stands with mine."""
    return jsonify(ask("accounts", "get_second_factor"))


@api.post("/second-factor")
@signed_in(first_factor=True)
@described(SetUpSecondFactor, answers=NewSecondFactor, keeps_key=False, refuses=(409, 429))
def set_up_second_factor() -> Response:
    """Begin: my password is asked again, and the secret for the app is told once."""
    return jsonify(ask("accounts", "set_up_second_factor", body(), timeout_s=10))


@api.post("/second-factor/confirmation")
@signed_in(first_factor=True)
@described(ConfirmSecondFactor, answers=RecoveryCodes, keeps_key=False, refuses=(409, 429))
def confirm_second_factor() -> Response:
    """Have it count from now on, since the app has shown a right code. Recovery codes are told once."""
    return jsonify(signing.change_own("confirm_second_factor", body()))


@api.post("/second-factor/recovery-codes")
@signed_in()
@described(RenewRecoveryCodes, answers=RecoveryCodes, keeps_key=False, refuses=(409, 429))
def renew_recovery_codes() -> Response:
    """Make ten new recovery codes in place of the earlier ones."""
    return jsonify(ask("accounts", "renew_recovery_codes", body(), timeout_s=10))


@api.post("/second-factor/move")
@signed_in()
@described(BeginSecondFactorMove, answers=NewSecondFactor, keeps_key=False, refuses=(409, 429))
def begin_second_factor_move() -> Response:
    """Begin to move it to another phone: its secret is told once; the present one counts until then."""
    return jsonify(ask("accounts", "begin_second_factor_move", body(), timeout_s=10))


@api.post("/second-factor/move/confirmation")
@signed_in()
@described(ConfirmSecondFactorMove, answers=RecoveryCodes, keeps_key=False, refuses=(409, 429))
def confirm_second_factor_move() -> Response:
    """Have the new phone count, since it has shown a right code. New recovery codes are told once."""
    return jsonify(signing.change_own("confirm_second_factor_move", body()))


@api.post("/second-factor/end")
@signed_in()
@described(EndSecondFactor, status=204, keeps_key=False, refuses=(409, 429))
def end_second_factor() -> Response:
    """Sign in by the password alone from now on."""
    signing.change_own("end_second_factor", body())
    return Response(status=204)


@api.post("/second-factor/reset-seen")
@signed_in(first_factor=True)
@described(status=204)
def note_reset_seen() -> Response:
    """Say that I know that somebody has ended my second factor."""
    signing.change_own("note_reset_seen", {})
    return Response(status=204)
