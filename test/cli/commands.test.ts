import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { namesOf } from '../../src/engine/registry.ts'
import { LINK_PROFILES } from '../../src/network/link-profiles.ts'
import { PROBLEM_CODES } from '../../src/scenario/problems/problem-codes.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { BROKEN_SCENARIO, SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

describe('usage', () => {
  test.each([
    [[], 'Usage: onpath'],
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['rnu'], 'Did you mean run?'],
    [['run'], "missing required argument 'file'"],
    [['run', '-', '--sed', '1'], 'Did you mean one of --seed, --set?'],
    [['run', '-', '--seed', '1.5'], 'whole number'],
    [['run', '-', '--seed', '99999999999999999999'], 'whole number'],
    [['run', '-', '--max-events', '0'], 'at least 1'],
    [['run', '-', '-'], 'standard input can be read only once'],
    [['report', 'no-such-folder'], 'there is no such file'],
    [['matrix', 'no-such-file.yaml'], 'there is no such file'],
    [['replay', 'no-such-folder'], 'there is no such file'],
    [['compare', 'a', 'b', '--fail-on-regression', '5'], 'not a percentage such as 5%'],
    [['explain', 'toString'], 'there is no word toString'],
    [['list', 'constructor'], 'there is no list constructor; the lists are paths, letters, links, '],
    [['list', 'attack'], 'there is no list attack; did you mean attacks?'],
  ])('onpath %j exits with 2, prints a message and no result', async (argv, message) => {
    const { code, out, err } = await invoke(argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect(err).not.toMatch(/^ +at /m)
  })

  test.each([
    [['run', '-', '--sed', '1'], 'run '],
    [['run', '-', '--seed', '1.5'], 'run '],
    [['run', 'no-such-file.yaml'], 'run '],
    [['validate'], 'validate '],
    [['explain', 'toString'], 'explain '],
    [['compare', 'a', 'b', 'c'], 'compare '],
    [['frobnicate'], ''],
    [['matrix', 'x.yaml'], 'matrix '],
    [['report', 'x'], 'report '],
    [['--frobnicate'], ''],
  ])(
    'onpath %j prints a message that begins with onpath: and ends with the name of the help',
    async (argv, command) => {
      const { err } = await invoke(argv)
      expect(err).toMatch(/^onpath: /)
      expect(err.endsWith(`\nSee \`onpath ${command}--help\`.\n`)).toBe(true)
      expect(err).not.toContain('error:')
    },
  )

  test.each([
    [['rnu'], "unknown command 'rnu'\n(Did you mean run?)", ''],
    [['run', '-', '--sed', '1'], "unknown option '--sed'\n(Did you mean one of --seed, --set?)", 'run '],
    [['run', '-', '--xyz'], "unknown option '--xyz'", 'run '],
    [['x\ny'], "unknown command 'x␊y'", ''],
    [['error: x\n'], "unknown command 'error: x␊'", ''],
  ])('onpath %j has its error on one line, and a suggestion on the next', async (argv, complaint, command) => {
    expect((await invoke(argv)).err).toBe(`onpath: ${complaint}\nSee \`onpath ${command}--help\`.\n`)
  })

  test('onpath without a command lists all commands but those for scripts', async () => {
    const { code, err } = await invoke([])
    expect(code).toBe(2)
    expect(err).not.toContain('See `')
    expect(err).toContain('\n  validate ')
    expect(err).not.toContain('\n  complete ')
  })

  test('a folder in place of a scenario file exits with 2 and names its files', async () => {
    const folder = aFolder({ 'a.yaml': SMALL_SCENARIO })
    const { code, err } = await invoke(['run', folder])
    expect(code).toBe(2)
    expect(err).toContain(
      `cannot read ${folder}: it is a folder; name files in it, such as ${join(folder, '*.yaml')}\n`,
    )
  })

  test.each([
    ['no-such-file.yaml', 'there is no such file'],
    ['', 'there is no such file'],
    ['.', 'it is a folder'],
    ['file.yaml/below', 'a part of the path is not a folder'],
    ['n'.repeat(300), 'the name is too long'],
  ])('a scenario that cannot be read exits with 2 and prints the reason: %j', async (name, message) => {
    const folder = aFolder({ 'file.yaml': SMALL_SCENARIO })
    const { code, out, err } = await invoke(['run', name === '' ? '' : join(folder, name)])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })

  test('a file without an end, such as a device, is refused', async () => {
    if (!existsSync('/dev/zero')) return
    const { code, err } = await invoke(['validate', '/dev/zero'])
    expect(code).toBe(2)
    expect(err).toContain('it is a pipe or a device')
  })

  test('--help and --version print to standard output and exit with 0', async () => {
    const help = await invoke(['--help'])
    expect(help.code).toBe(0)
    for (const command of ['run', 'validate', 'compare', 'list', 'schema', 'explain'])
      expect(help.out).toContain(`  ${command} `)
    expect((await invoke(['run', '--help'])).out).toContain('cat scenarios/first-steps.yaml | onpath run -')
    expect((await invoke(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('validate', () => {
  test('validate prints that a file is valid', async () => {
    expect(await invoke(['validate', '-'], { stdin: SMALL_SCENARIO })).toEqual({ code: 0, out: '-: valid\n', err: '' })
  })

  test('validate exits with 3 and prints each problem with its position', async () => {
    const { code, out, err } = await invoke(['validate', '-'], { stdin: BROKEN_SCENARIO })
    expect([code, out]).toEqual([3, ''])
    expect(err.match(/^-:\d+:\d+: error\[[a-z-]+\]: /gm)).toEqual([
      '-:5:45: error[unknown-key]: ',
      '-:7:30: error[unknown-name]: ',
    ])
  })

  test('validate --json of one file prints one document, on several lines', async () => {
    const { code, out, err } = await invoke(['validate', '-', '--json'], { stdin: SMALL_SCENARIO })
    expect([code, err, JSON.parse(out)]).toEqual([0, '', { file: '-', valid: true, problems: [], warnings: [] }])
    expect(out).toMatch(/^\{\n {2}"file": "-",\n/)
  })

  test('validate --json of several files prints a line for each', async () => {
    const folder = aFolder({ 'good.yaml': SMALL_SCENARIO, 'bad.yaml': BROKEN_SCENARIO })
    const { code, out, err } = await invoke(['validate', join(folder, 'good.yaml'), join(folder, 'bad.yaml'), '--json'])
    expect([code, err]).toEqual([3, ''])
    const [good, bad] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(good).toEqual({ file: join(folder, 'good.yaml'), valid: true, problems: [], warnings: [] })
    expect(bad.problems.map((problem: { code: string }) => problem.code)).toEqual(['unknown-key', 'unknown-name'])
  })
})

test('schema prints a JSON Schema', async () => {
  const { code, out } = await invoke(['schema'])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ title: 'onpath scenario' })
})

test('explain has a text for every problem code', async () => {
  const { out } = await invoke(['explain'])
  for (const code of Object.keys(PROBLEM_CODES)) expect(out).toContain(`  ${code}\n    `)
})

test('list prints path kinds with their defaults, planned kinds, and the sources of profiles', async () => {
  const { code, out } = await invoke(['list'])
  expect(code).toBe(0)
  expect(out).toContain('apiserver-kubelet (D, E, F, J)\n')
  expect(out).toContain('https, the default: port 10250, http/1.1, tls 1.3, verify none, client certificate')
  expect(out).toContain('apiserver-etcd: not modelled yet')
  expect(out).toContain('  kubeadm-hardened\n')
  expect(out).toContain('delay 20 ms one way: half of 40 ms, the round trip assumed')
  expect(out).toContain('    ssh login delay 7.50 ms: the difference of the measured set-up on loopback')
  expect(JSON.parse((await invoke(['list', 'links', '--json'])).out).links.length).toBe(namesOf(LINK_PROFILES).length)
  const profiles = JSON.parse((await invoke(['list', 'profiles', '--json'])).out)
  expect(Object.keys(profiles)).toEqual(['links', 'cpu'])
  for (const { sources } of [...profiles.links, ...profiles.cpu])
    for (const source of Object.values(sources)) expect(source).not.toBe('')
})

test('-v, --version and the command version print the version', async () => {
  const printed = await Promise.all([['-v'], ['--version'], ['version']].map((argv) => invoke(argv)))
  expect(new Set(printed.map(({ code, out }) => `${code} ${out}`)).size).toBe(1)
  expect(printed[0]).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})
