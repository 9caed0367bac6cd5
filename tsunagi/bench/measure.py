"""One whole measurement: a fresh instance, three rounds, one flat dict of figures."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tsunagi import holding, running, seeding
from tsunagi import instance as instances
from tsunagi.bench import (
    alerts,
    bulk,
    cpu,
    crowd,
    gaps,
    inboxes,
    ladders,
    letters,
    limit,
    load,
    memory,
    streams,
)
from tsunagi.bench.counting import Reader
from tsunagi.bench.figures import medians
from tsunagi.bench.handoffs import Handoffs, echo_ms, p50_p99
from tsunagi.bench.listeners import Listeners
from tsunagi.bench.queued import taken_per_s
from tsunagi.bench.users import sign_in
from tsunagi.instance import Instance
from tsunagi.servers.pair import Servers
from tsunagi.servers.process import Failed
from tsunagi.supervisor import Supervisor
from tsunagi.tidy import empty

ROUNDS = 3
BULK_TURNS = 3
PERSONS = 6_000
FULL_SPEED_S = 6.0
PACE_PER_S = 50.0
PACED_S = 8.0
WATCHED = ["gateway", "sharing", "notify"]

Say = Callable[[str], None]


@dataclass
class Bench:
    """The running instance and its crowd."""

    instance: Instance
    servers: Servers
    supervisor: Supervisor
    reader: Reader
    handoffs: Handoffs
    echoes: Any
    say: Say

    def round(self) -> dict[str, float]:
        """Return the figures of one round."""
        figures = self._raw_limit()
        gaps_before, cpu_before, start = self._gaps(), self._cpu(), time.monotonic()
        figures["handoffs_per_s"], sent = self.handoffs.as_fast_as_possible(FULL_SPEED_S)
        used = cpu.between(cpu_before, self._cpu())
        figures |= {f"cpu_ms_per_handoff_{name}": seconds * 1000 / sent for name, seconds in used.items()}
        figures["cpu_ms_per_handoff"] = sum(used.values()) * 1000 / sent
        figures["cores_busy"] = sum(used.values()) / (time.monotonic() - start)
        paced = p50_p99(self.handoffs.at_pace(PACE_PER_S, PACED_S))
        figures["handoff_p50_ms_at_50"], figures["handoff_p99_ms_at_50"] = paced
        worst, gap_ms = gaps.worst_p99_ms(gaps_before, self._gaps())
        self.say(f"  longest hub gaps: {worst}")
        figures["hub_gap_ms_p99"] = gap_ms
        figures |= self._bulk()
        figures["handoffs_per_rpc"] = figures["handoffs_per_s"] / figures["rpc_echo_per_s"]
        return figures

    def _raw_limit(self) -> dict[str, float]:
        with limit.echo(self.instance) as (port, pids):
            groups = {"echo": pids, "rabbitmq": self._pids()["rabbitmq"], "load": [memory.OWN]}
            before = cpu.seconds(groups)
            shots = load.closed_loop(port, self.echoes(port), FULL_SPEED_S)
            used = cpu.between(before, cpu.seconds(groups))
            requests = [next(self.echoes(port)) for _ in range(int(PACE_PER_S * PACED_S))]
            p50, p99 = p50_p99(echo_ms(load.open_loop(port, requests, PACE_PER_S)))
        return {
            "rpc_echo_per_s": len(shots) / FULL_SPEED_S,
            "cpu_ms_per_echo": sum(used.values()) * 1000 / len(shots),
            "echo_p50_ms_at_50": p50,
            "echo_p99_ms_at_50": p99,
        }

    def _bulk(self) -> dict[str, float]:
        # In turns: both take about a second, in which a shared machine may be slower for one of them.
        turns = [self._one_bulk() for _ in range(BULK_TURNS)]
        return {key: median(turn[key] for turn in turns) for key in turns[0]}

    def _one_bulk(self) -> dict[str, float]:
        raw = bulk.raw_per_s(self.instance.database_url("sharing"))
        facts = taken_per_s(self.instance, self.supervisor.parts["sharing"], self.reader, bulk.STAFF)
        self.supervisor.wait_ready()
        return {"facts_per_s_batch": facts, "facts_per_s_raw": raw, "facts_batch_ratio": facts / raw}

    def _gaps(self) -> dict[str, gaps.Buckets]:
        return gaps.read(self.instance, WATCHED)

    def _cpu(self) -> dict[str, float]:
        return cpu.seconds(self._pids() | {"load": [memory.OWN]})

    def _pids(self) -> dict[str, list[int]]:
        parts = {name: part.process for name, part in self.supervisor.parts.items()}
        servers = {"postgres": self.servers.postgres.process, "rabbitmq": self.servers.rabbitmq.process}
        known = {name: process for name, process in {**parts, **servers}.items() if process}
        return {name: memory.family([process.pid]) for name, process in known.items()}

    def memory_mb(self) -> float:
        """Return what servers and processes take together."""
        return memory.share_mb([pid for pids in self._pids().values() for pid in pids])


def measure(folder: Path, say: Say) -> dict[str, float]:
    """Return every figure; `folder` is emptied and holds the instance afterwards."""
    with holding.alone(folder):
        empty(folder)
        instance = instances.ensure(folder, "demo")
        with running.servers_of(instance, say) as servers:
            say(f"Entering 50 people and {PERSONS} persons in hospital")
            passwords = crowd.some_passwords()
            running.in_a_child(lambda: seeding.enter(instance, crowd.crowd(passwords, PERSONS)))
            with running.processes_of(instance, say) as supervisor:
                return _measure(instance, servers, supervisor, passwords, say)


def _measure(
    instance: Instance, servers: Servers, supervisor: Supervisor, passwords: dict[str, str], say: Say
) -> dict[str, float]:
    reader = Reader(instance, servers.postgres)
    _wait_quiet(reader)
    users = sign_in(instance, passwords)
    listeners = Listeners(users.port, [manager.cookie for manager in users.managers])
    handoffs = Handoffs(users, listeners)
    bench = Bench(instance, servers, supervisor, reader, handoffs, users.echoes, say)
    rounds = []
    for number in range(1, ROUNDS + 1):
        say(f"Round {number} of {ROUNDS}")
        rounds.append(bench.round())
        say(f"  {json.dumps({name: round(value, 2) for name, value in rounds[-1].items()})}")
    figures = medians(rounds)
    figures["rss_mb_node"] = bench.memory_mb()
    # Late repeats would come within the retries' first delay.
    time.sleep(6)
    listeners.close()
    count = reader.count(handoffs.accepted, [id for id, _ in listeners.arrived])
    say(f"Opening {streams.PAGES} pages")
    gateway = supervisor.parts["gateway"].process
    if gateway is None:
        raise Failed("The gateway has ended.")
    figures |= streams.figures(instance, servers.postgres, gateway.pid, users)
    say("Filling an inbox")
    figures |= inboxes.figures(instance, servers.postgres, passwords)
    say("Raising alerts, sending letters, climbing ladders")
    figures |= alerts.figures(instance, supervisor.parts["notify"], reader)
    supervisor.wait_ready()
    figures |= letters.figures(instance, reader)
    figures |= ladders.figures(instance, servers.postgres)
    return {**figures, "accepted": count.accepted, "lost": count.lost, "doubled": count.doubled}


def _wait_quiet(reader: Reader) -> None:
    """Return when the facts of the seeding have been announced and heard."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        waiting = reader.rows("sharing", "SELECT count(*) FROM outbox WHERE published_at IS NULL")[0][0]
        known = reader.rows("sharing", "SELECT count(*) FROM office WHERE members::text <> '[]'")[0][0]
        if not waiting and int(str(known)) >= crowd.HOSPITALS + crowd.CARE_OFFICES:
            time.sleep(2)
            return
        time.sleep(0.5)
    raise TimeoutError("the crowd did not become known everywhere")
