"""What others may ask accounts about the second factor of a sign-in: a code beside the password."""

from marshmallow import Schema, fields, validate

from contracts.fields import Moment, Text


class Password(fields.String):
    """The present password, asked again."""

    def __init__(self) -> None:
        super().__init__(required=True, load_only=True, validate=validate.Length(max=200))


class Code(Text):
    """Six digits of the app, or one of the recovery codes, however they are typed."""

    def __init__(self) -> None:
        super().__init__(40, required=True, load_only=True)


class AnswerSecondFactor(Schema):
    """`answer_second_factor` (visitor) → {"token", "session": Session}, like `sign_in`.

    `step` is the SHA-256 of the token that `sign_in` answered for the right password.
    NotSignedIn("step_over") when that is unknown, used or 10 minutes old. Invalid: `code` wrong_code.
    TooMany like `sign_in`.
    """

    step = Text(64, load_default="")
    code = Code()
    place = Text(64, load_default="")


class SecondFactor(Schema):
    """How it stands with one's own second factor. `is_required` = one of one's roles must have one."""

    is_on = fields.Boolean()
    is_required = fields.Boolean()
    since = Moment(allow_none=True)
    codes_left = fields.Integer()  # recovery codes that were not used yet


class SetUpSecondFactor(Schema):
    """`set_up_second_factor` → NewSecondFactor. Counts for nothing until it is confirmed by a first code.

    Invalid: `present` wrong_password. Conflict: second_factor_is_on.
    """

    present = Password()


class NewSecondFactor(Schema):
    """What an app has to know, told once: the secret in Base32, and the same as an `otpauth:` address."""

    secret = fields.String()
    address = fields.String()


class ConfirmSecondFactor(Schema):
    """`confirm_second_factor` → RecoveryCodes. Every other session of the person ends.

    Invalid: `code` wrong_code. Conflict: second_factor_not_begun, second_factor_is_on.
    """

    code = Code()


class RecoveryCodes(Schema):
    """Ten codes that open once each, told here and never again."""

    recovery_codes = fields.List(fields.String())


class RenewRecoveryCodes(Schema):
    """`renew_recovery_codes` → RecoveryCodes; the earlier ones open nothing any more.

    Invalid: `present` wrong_password, `code` wrong_code. Conflict: second_factor_is_off.
    """

    present = Password()
    code = Code()


class BeginSecondFactorMove(Schema):
    """`begin_second_factor_move` → NewSecondFactor, for another phone. The present one counts as before.

    Invalid: `present` wrong_password, `code` wrong_code. Conflict: second_factor_is_off.
    """

    present = Password()
    code = Code()


class ConfirmSecondFactorMove(Schema):
    """`confirm_second_factor_move` → RecoveryCodes. From now on the new phone counts, no more the former one.

    `code` is one of the new phone. Every other session of the person ends. Invalid: `code` wrong_code.
    Conflict: second_factor_not_begun, also half an hour after the beginning.
    """

    code = Code()


class EndSecondFactor(Schema):
    """`end_second_factor` → {}. Invalid: `present` wrong_password, `code` wrong_code.

    Conflict: second_factor_is_off, second_factor_required when one of one's roles must have one.
    """

    present = Password()
    code = Code()
