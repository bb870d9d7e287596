import { describe, expect, test } from 'vitest'
import { readKnobArguments } from '../../bench/fidelity/knobs/arguments.ts'
import { readLabArguments } from '../../bench/fidelity/lab/arguments.ts'
import { byNetwork, gridOf } from '../../bench/fidelity/lab/grid.ts'
import { streamRows } from '../../bench/fidelity/lab/measure-streams.ts'
import { kubectlNeeds, type Machine, requirementsOf } from '../../bench/fidelity/lab/requirements.ts'
import type { MeasuredCell } from '../../bench/fidelity/measured-cell.ts'

const MIDDLE: MeasuredCell = {
  stack: 'go',
  onewayUs: 10_000,
  rateMbps: 100,
  queuePackets: 200,
  loss: 0,
  cc: 'cubic',
  rttMs: 20.1,
  path: 'http',
  what: 'fresh',
  values: Array<number>(31).fill(40),
}
const FAR: MeasuredCell = { ...MIDDLE, onewayUs: 40_000, rttMs: 80.1 }
const TUNNEL: MeasuredCell = { ...MIDDLE, path: 'ssh', what: 'setup' }
const COMMITTED = [MIDDLE, FAR, TUNNEL]
const ALL = { go: true, ssh: true }

describe('the grid of npm run lab', () => {
  test('the grid of npm run lab has every committed cell with the same number of repetitions, and those without SSH also for Node.js', () => {
    const grid = gridOf(COMMITTED, true, ALL)
    expect(grid.map(({ stack, onewayUs, path }) => `${stack} ${onewayUs} ${path}`)).toEqual([
      'go 10000 http',
      'nodejs 10000 http',
      'go 40000 http',
      'nodejs 40000 http',
      'go 10000 ssh',
    ])
    expect(grid.every(({ repetitions }) => repetitions === 31)).toBe(true)
  })

  test('the grid of npm run lab is smaller unless the whole grid is requested', () => {
    const grid = gridOf(COMMITTED, false, ALL)
    expect(grid.map(({ onewayUs, repetitions }) => [onewayUs, repetitions])).toEqual([
      [10_000, 15],
      [10_000, 15],
      [10_000, 15],
    ])
  })

  test('the grid of npm run lab leaves out cells for which the machine has no stack', () => {
    expect(gridOf(COMMITTED, true, { go: true, ssh: false }).map(({ path }) => path)).not.toContain('ssh')
    expect(gridOf(COMMITTED, true, { go: false, ssh: false }).map(({ stack }) => stack)).toEqual(['nodejs', 'nodejs'])
  })

  test('the grid of npm run lab sets up one network for all cells that use it', () => {
    expect(byNetwork(gridOf(COMMITTED, true, ALL)).map((cells) => cells.length)).toEqual([3, 2])
  })
})

describe('a tool that the lab needs', () => {
  const machine = (missing: readonly string[]): Machine => ({
    isLinux: true,
    isRoot: true,
    find: (...commands) => commands.find((command) => !missing.includes(command)) ?? null,
    exists: () => true,
    hasNetem: () => false,
    processors: 2,
  })
  const missingOf = (missing: readonly string[], wan: 'relay' | 'netem') =>
    requirementsOf(machine(missing), wan).filter(({ isMet }) => !isMet)

  test('a tool that the lab needs is reported if missing, with the command that installs it', () => {
    expect(missingOf([], 'relay')).toEqual([])
    expect(missingOf(['ping'], 'relay')).toEqual([
      { name: 'ping', isMet: false, howToGet: 'apt-get install iputils-ping', without: null },
    ])
  })

  test('a tool that the lab does not use, like netem, may be missing', () => {
    expect(missingOf([], 'netem').map(({ name }) => name)).toEqual(['netem'])
  })

  test('the lab without sshd measures the other cells', () => {
    const [sshd] = missingOf(['ssh-keygen'], 'relay')
    expect(sshd).toMatchObject({ name: 'sshd', without: 'no cells with SSH' })
  })

  test('the lab uses Debian’s kubectl to measure kubectl', () => {
    const needs = kubectlNeeds(machine(['kubectl'])).filter(({ isMet }) => !isMet)
    expect(needs).toEqual([
      { name: 'kubectl', isMet: false, howToGet: 'apt-get install kubernetes-client', without: null },
    ])
  })
})

describe('the command line of the lab', () => {
  test('the lab has an option that limits its running time', () => {
    expect(readLabArguments([])).toMatchObject({ ok: true, options: { minutes: 10, out: 'lab.csv', wan: 'relay' } })
    expect(readLabArguments(['--full'])).toMatchObject({ ok: true, options: { minutes: 60, isFull: true } })
    expect(readLabArguments(['--minutes', '1000'])).toMatchObject({ ok: false })
    expect(readLabArguments(['--wan', 'air'])).toEqual({ ok: false, message: '--wan is relay or netem' })
    expect(readLabArguments(['--what'])).toEqual({ ok: false, message: 'unknown: --what' })
  })

  test('the lab has an option for the file of conditions under which kubectl is measured', () => {
    const read = readLabArguments(['--kubectl', 'cells.csv', '--repetitions', '3'])
    expect(read).toMatchObject({ ok: true, options: { kubectl: 'cells.csv', repetitions: 3, minutes: 60 } })
    expect(readLabArguments(['--kubectl', 'cells.csv', '--repetitions', '0'])).toMatchObject({ ok: false })
    expect(readLabArguments(['--kubectl', 'cells.csv', '--wan', 'netem'])).toMatchObject({ ok: false })
  })
})

test('the lab writes median and range of each figure of kubectl, with the conditions of the cell', () => {
  const cell = {
    ...{ what: 'exec-out', protocol: 'ws', onewayUs: 500, rateMbps: 100, queuePackets: 200, cc: 'cubic', rttMs: 1.1 },
    ...{ bytes: 3000, figures: [] },
  }
  const figures = new Map([
    ['pkts_up', [31, 29, 30]],
    ['first_ms', [20.12345]],
  ])
  expect(streamRows({ cell, figures })).toEqual([
    'exec-out,ws,500,100,200,cubic,1.1,3000,first_ms,1,20.123,20.123,20.123',
    'exec-out,ws,500,100,200,cubic,1.1,3000,pkts_up,3,30,29,31',
  ])
})

describe('the command line of npm run lab:knobs', () => {
  const namesOf = (...words: string[]) => {
    const read = readKnobArguments(words)
    return read.ok ? read.cells.map(({ knob, setting }) => `${knob}: ${setting}`) : read.message
  }

  test('the command line of npm run lab:knobs accepts names of settings, or one value of a setting, and refuses anything else', () => {
    expect(namesOf('nagle', 'hystart: off')).toEqual([
      'nagle: off',
      'nagle: on',
      'nagle: on and acks at once',
      'hystart: off',
    ])
    expect(namesOf().length).toBeGreaterThan(20)
    expect(namesOf('nagle', 'naggle')).toBe('unknown: naggle')
  })
})
