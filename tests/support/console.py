"""A line to the Erlang machine of the running broker: answers in a millisecond, rabbitmqctl in a second."""

import base64
import json
import os
import re
import selectors
import subprocess
from typing import Any

from tests.support.contained import ContainedRabbitMQ
from tsunagi.servers.process import as_account, server_account
from tsunagi.servers.rabbitmq import RabbitMQ

# Reads one Erlang expression per line and prints its value on one line of JSON-like text.
_LOOP = """
net_kernel:connect_node('{node}'),
Loop = fun(Self) ->
  case io:get_line('') of
    eof -> halt();
    Line ->
      Answer = try
        {{ok, Tokens, _}} = erl_scan:string(Line),
        {{ok, Parsed}} = erl_parse:parse_exprs(Tokens),
        rpc:call('{node}', erl_eval, exprs, [Parsed, []])
      catch _:Why -> {{failed, Why}} end,
      Text = case Answer of
        {{value, Value, _}} -> io_lib:format("ok ~0tp", [Value]);
        Other -> io_lib:format("failed ~0tp", [Other])
      end,
      io:format("~ts~n", [Text]),
      Self(Self)
  end
end,
Loop(Loop).
"""


class Console:
    """Evaluates Erlang expressions on the node of `server`."""

    def __init__(self, server: RabbitMQ) -> None:
        host = server.node.partition("@")[2]
        loop = " ".join(_LOOP.format(node=server.node).split())
        words = ["erl", "-noinput", "-noshell", "-hidden", "-sname", f"tests-{os.getpid()}@{host}"]
        self._process = subprocess.Popen(
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **_beside(server, [*words, "-eval", loop]),
        )

    def ask(self, expression: str, within_s: float = 20) -> str:
        """Return the value of an expression as Erlang prints it. Raises RuntimeError when it fails."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{' '.join(expression.split())}.\n")
        self._process.stdin.flush()
        answer = self._line(within_s)
        if not answer.startswith("ok "):
            raise RuntimeError(f"{expression}: {answer}")
        return answer.removeprefix("ok ").strip()

    def _line(self, within_s: float) -> str:
        assert self._process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(within_s):
                raise RuntimeError("the broker's console does not answer")
        return self._process.stdout.readline()

    def close(self) -> None:
        """End the line; the broker goes on."""
        self._process.kill()
        self._process.wait(10)


def _beside(server: RabbitMQ, words: list[str]) -> dict[str, Any]:
    """Return the arguments of `Popen` that run `words` where the node and its cookie are."""
    if isinstance(server, ContainedRabbitMQ):
        return {"args": server.beside(words)}
    account = as_account(server_account("rabbitmq"))
    return {"args": words, "env": server.env(), "cwd": server.folder, **account}


def load_definitions(console: Console, definitions: dict[str, Any]) -> None:
    """Have the running broker take over vhosts and logins."""
    told = base64.b64encode(json.dumps(definitions).encode()).decode()
    console.ask(f'ok = rabbit_definitions:import_raw(base64:decode(<<"{told}">>))')


_DEPTHS = """
lists:flatmap(fun(Q) ->
  Name = element(4, amqqueue:get_name(Q)),
  case amqqueue:get_type(Q) of
    rabbit_quorum_queue ->
      Look = fun(S) -> {{rabbit_fifo:query_messages_total(S), rabbit_fifo:query_messages_checked_out(S)}} end,
      case ra:leader_query(amqqueue:get_pid(Q), Look) of
        {{ok, {{_, {{Total, Out}}}}, _}} -> [{{Name, Total, Out}}];
        _ -> [{{Name, -1, 0}}]
      end;
    _ ->
      case catch rabbit_amqqueue:info(Q, [messages]) of
        [{{messages, Total}}] -> [{{Name, Total, 0}}];
        _ -> []
      end
  end
end, rabbit_amqqueue:list(<<"{vhost}">>))
"""
_ROW = re.compile(r'\{<<"([^"]+)">>,(-?\d+),(\d+|#\{.*?\})')


def queue_depths(console: Console, vhost: str) -> dict[str, int]:
    """Return how many messages each queue of a vhost holds, delivered but unacknowledged ones included."""
    answer = console.ask(_DEPTHS.format(vhost=vhost))
    return {name: int(total) for name, total, _ in _ROW.findall(answer)}
