import { expect, test } from 'vitest'
import { BudgetExceeded, InvalidScenario, loadScenario, simulate, simulateText } from '../src/index.ts'
import { capturePackets, storiesAround, UnknownCaptureSubject } from '../src/packets/index.ts'
import { BROKEN_SCENARIO, SMALL_SCENARIO } from './fixtures/scenario-text.ts'

test('simulateText runs a scenario in one call, with the same result each time', () => {
  const result = simulateText(SMALL_SCENARIO)
  expect(result).toMatchObject({ schemaVersion: 1, scenario: 'small', seed: 3, ended: 'finished' })
  expect(result.workloads).toMatchObject([{ name: 'visits', path: 'web', completed: 2, failed: 0 }])
  expect(result.expectations).toMatchObject([{ expect: 'latency(visits) p50 < 120ms', met: true }])
  expect(simulateText(SMALL_SCENARIO)).toEqual(result)
})

test('a result is a plain JSON value', () => {
  const result = simulateText(SMALL_SCENARIO)
  expect(JSON.parse(JSON.stringify(result))).toEqual(result)
})

test('loadScenario and simulate load a scenario once and simulate it several times', () => {
  const loaded = loadScenario({ text: SMALL_SCENARIO, file: 'small.yaml' }, { seed: 4 })
  if (!loaded.ok) throw new InvalidScenario(loaded.problems)
  expect(simulate(loaded.scenario)).toEqual(simulateText(SMALL_SCENARIO, { seed: 4 }))
})

test('simulateText throws InvalidScenario with all problems of an invalid scenario', () => {
  expect(() => simulateText(BROKEN_SCENARIO)).toThrow(InvalidScenario)
  expect(() => simulateText(BROKEN_SCENARIO)).toThrow(
    /scenario:5:45: error\[unknown-key\][\s\S]*scenario:7:30: error\[unknown-name\]/,
  )
})

test('simulate throws BudgetExceeded when the state of a run needs more than maxMemoryBytes', () => {
  expect(() => simulateText(SMALL_SCENARIO, { maxMemoryBytes: 10_000 })).toThrow(
    expect.objectContaining({ name: 'BudgetExceeded', budget: 'memory' }),
  )
  expect(() => simulateText(SMALL_SCENARIO, { maxMemoryBytes: 10_000_000 })).not.toThrow()
})

test('simulate throws BudgetExceeded when a run needs more than maxEvents', () => {
  expect(() => simulateText(SMALL_SCENARIO, { maxEvents: 10 })).toThrow(BudgetExceeded)
  expect(() => simulateText(SMALL_SCENARIO, { set: ['links.wire.delay=5ms'], maxEvents: 100_000 })).not.toThrow()
})

test('capturePackets returns the packets of a run, and throws for an unknown name', () => {
  const loaded = loadScenario({ text: SMALL_SCENARIO, file: 'small.yaml' })
  if (!loaded.ok) throw new InvalidScenario(loaded.problems)
  const file = capturePackets(loaded.scenario, { of: 'wire' })
  expect([...file.subarray(0, 4)]).toEqual([0x0a, 0x0d, 0x0d, 0x0a])
  expect(capturePackets(loaded.scenario).length).toBeGreaterThanOrEqual(file.length)
  expect(() => capturePackets(loaded.scenario, { of: 'wine' })).toThrow(UnknownCaptureSubject)
  expect(() => capturePackets(loaded.scenario, { isPlaintext: true })).toThrow(/needs the host or attacker/)
  expect(() => capturePackets(loaded.scenario, { maxMemoryBytes: 10_000 })).toThrow(BudgetExceeded)
})

test('storiesAround returns the messages around a packet', () => {
  const loaded = loadScenario({ text: SMALL_SCENARIO, file: 'small.yaml' })
  if (!loaded.ok) throw new InvalidScenario(loaded.problems)
  const [story] = storiesAround(loaded.scenario, [{ link: 'link/wire/forward', packet: 0 }])
  expect(story.messages[0]).toMatchObject({ layer: 'tcp', text: 'SYN' })
})
