import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { writeBenchCsv } from '../../bench/write-bench-csv.ts'
import { USED_TECHNIQUES } from '../../src/attack/techniques.ts'
import { LISTS } from '../../src/cli/lists.ts'
import { wordsReference } from '../../src/cli/words-reference.ts'
import { PATH_LETTERS } from '../../src/cluster/paths/letters.ts'
import { explainAttack } from '../../src/disk/read-attacks.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { BREAKDOWN_PARTS } from '../../src/measure/result.ts'
import { NOTICE_MEANINGS, OUTCOME_MEANINGS, OUTCOMES } from '../../src/measure/verdict.ts'
import type { LinkProfile } from '../../src/network/link-profiles/link-profile.ts'
import { LINK_PROFILES } from '../../src/network/link-profiles.ts'
import { COLUMNS } from '../../src/report/columns.ts'
import { matrixCsv } from '../../src/report/matrix/matrix-csv.ts'
import { resultsCsv } from '../../src/report/run/results-csv.ts'
import { samplesCsv } from '../../src/report/run/samples-csv.ts'
import { verdictsCsv } from '../../src/report/run/verdicts-csv.ts'
import { PLAIN_SCREEN } from '../../src/report/screen/screen.ts'
import { sweepCsv } from '../../src/report/sweep/sweep-csv.ts'
import { linkText } from '../../src/report/words/links.ts'
import { textOfList } from '../../src/report/words/list.ts'
import { IDENTITIES, PATH_ROLES, PLACES } from '../../src/scenario/attackers/roles.ts'
import { WORKLOAD_KINDS } from '../../src/workload/workload-kind.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aResult, aVerdict } from '../fixtures/results.ts'

test.each(namesOf(LISTS))('list %s has a text for each value, indented by two spaces', (name) => {
  const values = LISTS[name].values()
  const text = textOfList(LISTS[name])
  expect(values.length).toBeGreaterThan(0)
  expect(text.startsWith('  ')).toBe(true)
  expect(text.endsWith('\n')).toBe(true)
  // JSON has the same items, each with its name and what else is known of it.
  const nameOf = (value: object) => ('name' in value ? value.name : 'role' in value ? value.role : undefined)
  expect(values.map(nameOf)).toEqual(LISTS[name].items().map((item) => item.name))
  for (const value of JSON.parse(JSON.stringify(values))) expect(Object.keys(value).length).toBeGreaterThan(1)
  for (const item of LISTS[name].items()) {
    expect(item.text.startsWith(`  ${item.name}`) || item.text.includes(` ${item.name}`)).toBe(true)
    expect(text).toContain(item.name)
  }
})

test('list roles says what each role can stand for and means', () => {
  const values: readonly { readonly role?: string; readonly of?: string; readonly meaning?: string }[] =
    LISTS.roles.values()
  const of = (what: string) => values.filter((value) => value.of === what)
  const meaningsOf = (roles: Readonly<Record<string, { readonly meaning: string }>>) =>
    Object.entries(roles).map(([role, { meaning }]) => [role, meaning])
  expect(of('path').map(({ role }) => role)).toEqual([...PATH_ROLES])
  expect(of('place').map(({ role, meaning }) => [role, meaning])).toEqual(meaningsOf(PLACES))
  expect(of('identity').map(({ role, meaning }) => [role, meaning])).toEqual(meaningsOf(IDENTITIES))
  expect(values).toHaveLength(of('path').length + of('place').length + of('identity').length)
})

test('list roles explains the roles of places and identities, and names those of paths once', () => {
  const text = textOfList(LISTS.roles)
  expect(text).toMatch(
    /^ {2}roles of paths; each means .*:\n {4}a component's path to the apiserver\n {4}the kubelet's/,
  )
  expect(text).toContain(
    '    every path\n      each can end in over HTTPS, over HTTP, through an SSH tunnel, through\n',
  )
  expect(text).toContain(
    '\n  roles of places; it means the first path of the plan that leaves its host:\n    the link that',
  )
  expect(text).toContain('    the host that it leads to\n      the server\n')
  expect(text).toContain(
    '\n  roles of identities; it means the path of the step:\n    the token on that path\n      the token',
  )
})

test('list paths shows the ends of a path in a cluster, and each scheme with its defaults', () => {
  const text = textOfList(LISTS.paths)
  expect(text).toContain(`    in a cluster: from master to master
    http, the default: port 8080 at 127.0.0.1, http/1.1
    https: port 443, h2, tls 1.3, verify ca, client certificate
`)
  expect(text).toContain(`    versions: all
    http, the default: port 80, http/1.1
    https: port 443, http/1.1, tls 1.3, verify ca, client none
`)
  expect(text).toContain('  apiserver-etcd: not modelled yet\n    The apiserver connects to etcd.\n')
})

test('list links has a line for each key of a profile, with its source', () => {
  const { sources } = LINK_PROFILES.localhost
  const linesOf = (options: Partial<LinkProfile['options']>) =>
    linkText('x', { description: 'a link', options: { ...LINK_PROFILES.localhost.options, ...options }, sources })
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(': ')[0])
  expect(linesOf({})).toEqual([
    '    delay 2.50 us one way',
    '    rate 21800 Mbps',
    '    no jitter',
    '    no bursts of loss',
    '    loss 0%',
    '    no queue limit',
    '    mtu 65535 B',
  ])
  expect(linesOf({ rateBps: null, lossRatio: 0.25, queueBytes: 9 })).toEqual(
    expect.arrayContaining(['    no rate', '    loss 25%', '    queue 9 B']),
  )
  const jitterOf = (jitter: LinkProfile['options']['jitter']) => linesOf({ jitter })[2].trim()
  expect(jitterOf({ kind: 'normal', deviationNs: 10_000, canReorder: false })).toBe('jitter normal 10 us')
  const logNormal = { kind: 'log-normal', medianNs: 30_000, p99Ns: 90_000, canReorder: false } as const
  expect(jitterOf(logNormal)).toBe('jitter log-normal 30 us')
  expect(jitterOf({ kind: 'uniform', amplitudeNs: 20_000, canReorder: false })).toBe('jitter uniform 20 us')
  expect(textOfList(LISTS.links)).toContain(`: ${sources.queueBytes}\n`)
})

test('list cpu has a line for each source, with all its figures', () => {
  const text = textOfList(LISTS.cpu)
  expect(text).toContain('    body write 32768 B, body read 32768 B: the buffer of io.Copy\n')
  expect(text).toContain('    first write all: head and Buffer go together\n')
  expect(text).toContain('    key share (x25519 29.8 us, x25519mlkem768 59.6 us): OpenSSL on the same machine')
  expect(text).toContain('    ssh login delay 7.50 ms: the difference')
})

test('list flags prints the meaning of a flag and its defaults by version', () => {
  expect(textOfList(LISTS.flags)).toContain(
    '  kube-apiserver insecure-port\n    Port of plain HTTP without authentication; 0 turns it off. From 1.20 only 0\n    is allowed.',
  )
})

test.each(namesOf(LISTS))('explain knows every item of list %s', async (name) => {
  for (const item of LISTS[name].items().slice(0, 40)) {
    const { code, out } = await invoke(['explain', item.name])
    expect(code).toBe(0)
    expect(out).toContain(`${LISTS[name].noun}\n${item.text}`)
  }
})

test('on a narrow screen, sentences are wrapped only where the next word does not fit', async () => {
  const { out } = await invoke(['explain', 'component-apiserver'], { columns: 60 })
  const lines = out.split('\n')
  const sentence = lines.slice(
    2,
    lines.findIndex((line) => line.startsWith('    versions')),
  )
  expect(sentence.length).toBeGreaterThan(3)
  for (const [i, line] of sentence.slice(0, -1).entries()) {
    const [next] = sentence[i + 1].trim().split(' ')
    expect([line, line.length <= 60, line.length + 1 + next.length > 60]).toEqual([line, true, true])
  }
})

test('explain gives the meaning of an outcome, an exit code, a policy and a problem code', async () => {
  const explained = async (word: string) => (await invoke(['explain', word])).out
  expect(await explained('outage')).toBe(
    'outcome\n  outage\n    no request completed or was answered while the effect lasted\n',
  )
  expect(await explained('detected')).toBe(
    'mark of an outcome\n  detected\n    an honest end refused a certificate, a MAC or a host key: the attack is\n    detected (`noticed: security`)\n',
  )
  expect(await explained('7')).toBe(
    'exit code\n  7\n    the run used up `--max-events` or `--max-memory`, or the machine has no more\n    memory\n',
  )
  expect(await explained('no-takeover')).toContain('(never privilege, credential)')
  expect(await explained('no-route')).toBe(
    'code of a problem\n  no-route\n    There is no route of links and segments from one host to the other.\n',
  )
})

test('explain knows every word of verdicts: techniques, outcomes, notices and scopes', async () => {
  const words = [...namesOf(USED_TECHNIQUES), ...OUTCOMES, ...namesOf(NOTICE_MEANINGS), 'own', 'other']
  for (const word of words) expect([word, (await invoke(['explain', word])).code]).toEqual([word, 0])
  expect((await invoke(['list', 'techniques'])).out).not.toContain('own-code')
})

test('explain knows the columns of all tables and CSV files, letters, kinds of workloads and parts of times', async () => {
  const cells = (csv: string) => csv.split('\n')[0].split(',')
  const columns = [
    ...Object.keys(COLUMNS),
    ...cells(resultsCsv.write(aResult()) ?? ''),
    ...cells(verdictsCsv.write(aResult({ verdicts: [aVerdict()] })) ?? ''),
    ...cells(matrixCsv.write([], { screen: PLAIN_SCREEN, showsAll: true })),
    ...cells(samplesCsv([])),
    ...cells(sweepCsv.begin?.([]) ?? ''),
    ...cells(writeBenchCsv([])),
    ...headsOfReports(),
  ]
  expect(columns.length).toBeGreaterThan(150)
  const words = [...columns, ...namesOf(PATH_LETTERS), ...namesOf(WORKLOAD_KINDS), ...namesOf(BREAKDOWN_PARTS)]
  for (const word of words) expect([word, (await invoke(['explain', word])).code]).toEqual([word, 0])
})

/** Returns the heads of the tables of HTML reports, from their sources. */
function headsOfReports(): readonly string[] {
  const folder = new URL('../../src/report/html/', import.meta.url)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const heads = sources.flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/head: '([^']+)'/g)])
  expect(heads.length).toBeGreaterThan(50)
  return heads.map(([, head]) => head)
}

test('explain finds a column by its name without the unit, in any case', async () => {
  const { out } = await invoke(['explain', 'P99'])
  expect(out).toContain('column\n  p99 ms\n    The latency that 99 % of the completed requests do not exceed.')
  expect((await invoke(['explain', 'latency_p99'])).out).toContain('column\n  latency_p99_ms\n')
  expect((await invoke(['explain', 'j'])).out).toContain('letter of a path\n  J\n')
})

test('list begins with an index of the lists, and has all of them after it', async () => {
  const { out } = await invoke(['list'])
  const [index] = out.split('\n\npaths\n\n')
  expect(index.split('\n').slice(2)).toEqual(namesOf(LISTS).map((name) => `  ${name.padEnd(12)}${LISTS[name].meaning}`))
  for (const name of namesOf(LISTS)) expect(out).toContain(`\n${name}\n\n${textOfList(LISTS[name])}`)
})

test('explain refuses a word that it does not know, and suggests one', async () => {
  const { code, err } = await invoke(['explain', 'impersonatd'])
  expect([code, err]).toEqual([2, expect.stringContaining('there is no word impersonatd; did you mean impersonated?')])
})

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

test('docs/reference/words.md is up to date (npm run docs writes it)', () => {
  expect(page('reference/words.md')).toBe(wordsReference())
})

test('docs/design.md has the definitions of outcomes, and docs/exit-codes.md the meanings of exit codes', () => {
  for (const [name, meaning] of Object.entries(OUTCOME_MEANINGS))
    expect(page('design.md')).toContain(`| \`${name}\` | ${meaning} |`)
  for (const { name, text } of LISTS.exits.items().filter((item) => item.name.length === 1))
    expect(page('exit-codes.md').replaceAll(/\s+/g, ' ')).toContain(
      `| ${name} | ${text.split('\n').slice(1).join(' ').replaceAll(/\s+/g, ' ').trim()} |`,
    )
})

test('explain describes an attack by the comment of its file, without the command in it', () => {
  const { name, explanation, command } = explainAttack('tampering')
  expect(name).toBe('tampering')
  expect(explanation).toMatch(/^An inline attacker changes a segment\. .* bad_record_mac\. .* Run it with:$/)
  expect(command).toBe('onpath run scenarios/presets/kubeadm-default.yaml --attack tampering')
})
