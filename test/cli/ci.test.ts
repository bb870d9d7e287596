import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { CHECK_FORMATS } from '../../src/report/formats.ts'
import { run } from '../../src/simulation/run.ts'
import { optionName } from '../../src/values/option-name.ts'
import { allOutputs } from '../fixtures/all-outputs.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { manifest } from '../import/lab.ts'

const simulate: Simulate = async (scenario, { maxEvents }) =>
  run(scenario, maxEvents === undefined ? {} : { maxEvents })

/** A path without protection, with what is expected of it in lines 8 and 9. */
const SCENARIO = `version: 1
name: small
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 1ms } }
paths:
  web: { from: client, to: server, port: 80 }
workloads: { visits: { path: web, requests: 3 } }
expect:
  - failed(visits) = 0
  - latency(visits) p50 < 1ms
`

/** Runs a command about the scenario, and returns what it wrote besides. */
async function gate(command: string, scenario: string, ...options: string[]) {
  const folder = aFolder()
  const file = join(folder, 'small.yaml')
  const [junit, sarif, summary] = ['j.xml', 's.sarif', 'summary.md'].map((name) => join(folder, name))
  writeFileSync(file, scenario)
  const argv = [command, file, '--junit', junit, '--sarif', sarif, '--github', ...options]
  const spoken = await invoke(argv, { simulate, environment: { GITHUB_STEP_SUMMARY: summary } })
  const read = (path: string) => readFileSync(path, 'utf8')
  return { ...spoken, file, read: () => ({ xml: read(junit), log: JSON.parse(read(sarif)), summary: read(summary) }) }
}

/** The line, level and rule of each result. */
const resultsOf = (log: { runs: { results: { ruleId: string; level: string; locations: unknown[] }[] }[] }) =>
  log.runs[0].results.map(({ ruleId, level, locations }) => [
    ruleId,
    level,
    Number(/"startLine":(\d+)/.exec(JSON.stringify(locations))?.[1]),
  ])

test('run reports an unmet expectation at its line, in all three CI formats', async () => {
  const { code, err, file, read } = await gate('run', SCENARIO)
  const { xml, log, summary } = read()
  expect(code).toBe(4)
  expect(err).toContain(
    `::error file=${file},line=10,col=5,title=onpath expectation::not met: latency(visits) p50 < 1ms`,
  )
  expect(resultsOf(log)).toEqual([['expectation', 'error', 10]])
  expect(xml).toContain('<testsuite name="small" tests="2" failures="1" errors="0" skipped="0"')
  expect(summary).toContain('| ❌ failed | latency\\(visits\\) p50 &lt; 1ms |')
})

test('an unmet expectation about an attacker has the rule of its technique', async () => {
  const scenario = `${SCENARIO.replace('p50 < 1ms', 'p50 < 1s')}  - never read by eve
attackers: { eve: { on: wire, vantage: passive, plan: [{ technique: eavesdrop }] } }
`
  const { log, xml } = (await gate('run', scenario)).read()
  expect(resultsOf(log)).toEqual([['eavesdrop/plain', 'error', 11]])
  expect(log.runs[0].tool.driver.rules[0].properties).toMatchObject({ attack: ['T1040'], cwe: ['CWE-319'] })
  expect(xml).toContain('eavesdrop on web by eve against server: read')
})

test('an accepted failure is a note, a skipped test and a warning', async () => {
  const scenario = `${SCENARIO.replace('p50 < 1ms', 'p50 < 1s')}  - never read by eve
attackers: { eve: { on: wire, vantage: passive, plan: [{ technique: eavesdrop }] } }
accept: [{ verdict: read by eve on web, reason: internal only }]
`
  const { code, err, read } = await gate('run', scenario)
  expect(code).toBe(0)
  expect(err).toContain('::warning ')
  expect(resultsOf(read().log)).toEqual([['eavesdrop/plain', 'note', 11]])
  expect(read().xml).toContain('<skipped type="eavesdrop/plain"')
})

test('a run that meets everything reports nothing else', async () => {
  const { code, err, read } = await gate('run', SCENARIO.replace('p50 < 1ms', 'p50 < 1s'))
  expect(code).toBe(0)
  expect(err).not.toContain('::')
  expect(resultsOf(read().log)).toEqual([])
  expect(read().xml).toContain('tests="2" failures="0"')
})

test('a run that exceeds its budget is an error', async () => {
  const { code, read } = await gate('run', SCENARIO, '--max-events', '5')
  expect(code).toBe(7)
  expect(read().xml).toContain('<error type="run"')
  expect(resultsOf(read().log)).toEqual([['run', 'error', 1]])
})

test('with a baseline, only what the baseline met is reported as failed', async () => {
  const folder = join(aFolder(), 'before')
  await invoke(['run', '-', '--out', folder], { simulate, stdin: SCENARIO })
  const { code, read } = await gate('run', SCENARIO, '--baseline', folder)
  expect(code).toBe(0)
  expect(resultsOf(read().log)).toEqual([['expectation', 'note', 10]])
})

test('a check reports each finding at the line of its path', async () => {
  const { code, read } = await gate('check', SCENARIO, '--technique', 'eavesdrop', 'relay')
  expect(code).toBe(4)
  const results = resultsOf(read().log)
  expect(new Set(results.map(String))).toEqual(new Set(['eavesdrop/plain,error,6', 'relay/plain,error,6']))
})

test('check reports a passed test case for a path that resists', async () => {
  const { code, read } = await gate('check', SCENARIO, '--technique', 'reset', 'delay')
  expect(code).toBe(0)
  expect(read().xml).toContain('<testcase name="web: never privilege, credential')
})

test('a matrix needs a policy for its reports', async () => {
  const { code, err } = await gate('matrix', SCENARIO, '--technique', 'eavesdrop')
  expect([code, err]).toEqual([2, expect.stringContaining('give one with --policy')])
  const judged = await gate('matrix', SCENARIO, '--technique', 'eavesdrop', '--policy', 'nothing-of-others')
  expect(judged.code).toBe(4)
  expect(resultsOf(judged.read().log)[0]).toEqual(['eavesdrop/plain', 'error', 6])
})

test('problems of a scenario are annotations at their lines, and no file is written', async () => {
  const { code, err, file, read } = await gate('run', SCENARIO.replace('port: 80', 'port: 80, colour: red'))
  expect(code).toBe(3)
  expect(err).toContain(`::error file=${file},line=6,col=`)
  expect(read).toThrow('ENOENT')
})

test('a CI report does not replace a file of another kind', async () => {
  const file = join(aFolder(), 'other.xml')
  writeFileSync(file, '<other/>')
  const { code, err } = await invoke(['run', '-', '--junit', file], { simulate, stdin: SCENARIO })
  expect([code, err]).toEqual([2, expect.stringContaining('it is another file; name a new one')])
  expect(readFileSync(file, 'utf8')).toBe('<other/>')
})

/** Returns the commands of onpath in the workflows of the page on gates. */
function documentedCommands(): string[] {
  const page = readFileSync(new URL('../../docs/ci-gates.md', import.meta.url), 'utf8')
  const workflows = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text]) => parse(text))
  const texts = JSON.stringify(workflows).match(/"npx onpath [^"]*"/g) ?? []
  return texts.map((text) => JSON.parse(text))
}

test('the commands of the documented workflows run', async () => {
  const folder = aFolder()
  writeFileSync(join(folder, 'my-cluster.yaml'), SCENARIO.replace('p50 < 1ms', 'p50 < 1s'))
  const commands = documentedCommands()
  expect(commands).toHaveLength(4)
  for (const command of commands) {
    const [, , ...words] = command.split(' ')
    const argv = words.map((word) => (/\.(yaml|xml|sarif|json)$/.test(word) ? join(folder, word) : word))
    const { code, err } = await invoke(argv, { simulate })
    expect([0, 4], `${command}\n${err}`).toContain(code)
    for (const file of argv.slice(2).filter((word) => word.startsWith(folder)))
      expect(readFileSync(file, 'utf8')).toMatch(/onpath|^\[\]\n$/)
  }
})

test('check of files with secrets writes no secret, in any format', async () => {
  const secret = 'S3CR3T-4f9a'
  const folder = aFolder({
    'cluster/kube-apiserver.yaml': `${manifest('--authorization-mode=Node,RBAC', `--etcd-servers=https://u:${secret}@e`, `--token-auth-file=/${secret}`)}    env:\n    - name: PASSWORD\n      value: ${secret}\n`,
    'cluster/n1/etc/default/kubelet': `KUBELET_EXTRA_ARGS="--config=/c --bootstrap-token=${secret}"\n`,
    'cluster/n1/config.yaml': `kind: KubeletConfiguration\nstaticPodURLHeader:\n  Authorization: [${secret}]\n`,
    'cluster/admin.conf': `apiVersion: v1\nkind: Config\nclusters: [{ name: c }]\nusers: [{ name: u, user: { token: ${secret} } }]\n`,
    'cluster/secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { a: ${secret} }\n`,
    'cluster/key.pem': `-----BEGIN EC PRIVATE KEY-----\n${secret}\n-----END EC PRIVATE KEY-----\n`,
    'cluster/known_tokens.csv': `${secret},admin,1,system:masters\n`,
  })
  const graph = join(folder, 'graph.json')
  const { argv, environment, read } = allOutputs(folder)
  const narrow = ['--path', 'logs', '--technique', 'impersonate-server', '--vantage', 'inline']
  for (const format of [[], ...namesOf(CHECK_FORMATS).map((name) => [`--${optionName(name)}`])]) {
    const given = ['check', join(folder, 'cluster'), '--opengraph', graph, ...argv, ...narrow, ...format]
    const { code, out, err } = await invoke(given, { simulate, environment })
    expect(code).toBe(4)
    const written = [...read(), readFileSync(graph, 'utf8')]
    for (const text of [err, ...written]) expect(text).toContain('impersonate-server')
    expect(out).toContain('logs')
    expect([out, err, ...written].join('\n')).not.toContain(secret)
  }
})
