"""The hold model of bench/hold.ts in SimPy 2: as many processes as pending events, each of which holds again and again.

/usr/bin/python3 simpy-hold.py PENDING OPERATIONS SEGMENTS prints, for each segment, 0 and the CPU
nanoseconds an operation.
SimPy takes events of one time in the order in which they were scheduled, so there is no checksum to compare.
"""
import math
import sys
import time

from SimPy.Simulation import Process, Simulation, hold

INCREMENT_COUNT = 1 << 16
TARGETS = 1 << 10


def exponential_increments():
    state = 1
    increments = []
    for _ in range(INCREMENT_COUNT):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        root = ((state >> 8) + 0.5) / (1 << 24)
        for _ in range(20):
            root = math.sqrt(root)
        increments.append(1 + math.floor(1e6 * (1 - root) * (1 << 20)))
    return increments


INCREMENTS = exponential_increments()
done = 0


def retarget(kind, next_kind, target, argument):
    if kind == 0:
        return target
    if kind == 1:
        return (target + 1) % TARGETS
    if kind == 2:
        return (target + argument) % TARGETS
    if kind == 3:
        return target ^ 5
    if kind == 4:
        return target * 3 % TARGETS
    if kind == 5:
        return (target >> 1) + next_kind
    if kind == 6:
        return argument % TARGETS
    return TARGETS - 1 - target


class Event(Process):
    def run(self, argument):
        global done
        increment = INCREMENTS[argument % INCREMENT_COUNT]
        target, kind = argument % TARGETS, increment % 8
        while True:
            yield hold, self, increment
            if done == 0:
                begin()
            increment = INCREMENTS[done % INCREMENT_COUNT]
            done += 1
            target = retarget(kind, increment % 8, target, argument)
            kind = increment % 8
            if done % operations == 0:
                note()


def begin():
    global began
    began = time.process_time_ns()


def note():
    global left
    print(0, (time.process_time_ns() - began) / operations, flush=True)
    left -= 1
    if left == 0:
        simulation.stopSimulation()
    begin()


pending, operations, left = (int(word) for word in sys.argv[1:4])
simulation = Simulation()
simulation.initialize()
for nth in range(pending):
    event = Event(sim=simulation)
    simulation.activate(event, event.run(nth), at=1e12)
# Each process first begins, at 1e12, which is not counted: the clock starts with the first event after that.
simulation.simulate(until=1e18)
