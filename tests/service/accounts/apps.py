"""Somebody's authenticator."""

from hashlib import sha256

import pyotp

from tests.service.accounts.conftest import PASSWORD


class App:
    """Somebody's authenticator, and what accounts is asked for them."""

    def __init__(self, town, who):
        self.town, self.who = town, who
        self.session = town.sign_in(who.login)["session"]["session"]
        self.caller = who.caller(self.session)
        begun = self.ask("set_up_second_factor", {"present": PASSWORD})
        self.secret, self.address = begun["secret"], begun["address"]
        self.codes = self.ask("confirm_second_factor", {"code": self.code()})["recovery_codes"]
        self.wait()

    def ask(self, method, request):
        return self.town.ask(method, request, self.caller)

    def code(self):
        return pyotp.TOTP(self.secret).at(self.town.stack.clock.now())

    def wait(self, seconds=30):
        self.town.stack.clock.advance(seconds=seconds)

    def step(self):
        answer = self.town.sign_in(self.who.login)
        assert answer["session"] is None
        return sha256(answer["token"].encode()).hexdigest()

    def answer(self, code, step=None, place=""):
        asked = {"step": step or self.step(), "code": code, "place": place}
        return self.town.ask("answer_second_factor", asked)
