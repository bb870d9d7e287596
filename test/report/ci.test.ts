import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { namesOf } from '../../src/engine/registry.ts'
import type { CiOutput } from '../../src/report/ci/ci-output.ts'
import { codeQuality } from '../../src/report/ci/code-quality.ts'
import type { GateReport, Judgement } from '../../src/report/ci/gate-report.ts'
import { EXPECTATION_RULE, techniqueRule } from '../../src/report/ci/gate-rules.ts'
import { githubAnnotations, githubError } from '../../src/report/ci/github-annotations.ts'
import { jobSummary } from '../../src/report/ci/job-summary.ts'
import { junit } from '../../src/report/ci/junit.ts'
import { sarif as sarifOutput } from '../../src/report/ci/sarif.ts'
import { CI_OUTPUTS } from '../../src/report/formats.ts'
import { visibleCommands } from '../../src/scenario/problems/visible.ts'
import { aFolder } from '../fixtures/folder.ts'

const SCHEMAS = new URL('schemas/', import.meta.url)
const VERSION = '0.1.0'

function aJudgement(given: Partial<Judgement> = {}): Judgement {
  return {
    rule: EXPECTATION_RULE,
    name: 'latency(fresh) p50 < 120ms',
    status: 'failed',
    message: 'not met',
    details: ['reproduce: npx onpath run wan.yaml'],
    place: { file: 'wan.yaml', line: 7, column: 5 },
    identity: 'wan expect latency(fresh) p50 < 120ms',
    ...given,
  }
}

function aReport(...judgements: Judgement[]): GateReport {
  return { scenario: 'wan', file: 'wan.yaml', judgements }
}

/**
 * Ends an element, an attribute, a workflow command, a table cell; has a control character, a lone surrogate and a mark
 * that reverses text.
 */
const HOSTILE = `]]></failure><x a="b" c='d'>&amp;|\u0001\ud800\u202e\n::error::forged 100%,:\r<script>alert(1)</script>`

const every = [
  aReport(
    aJudgement({ name: HOSTILE, message: HOSTILE, details: [HOSTILE], place: { file: HOSTILE, line: 1, column: 1 } }),
    aJudgement({ status: 'passed' }),
    aJudgement({ status: 'accepted', details: ['accepted: internal only'] }),
    aJudgement({ status: 'error', message: 'event budget exceeded' }),
    aJudgement({ rule: techniqueRule('relay', 'kubelet', '1.30') }),
    aJudgement({ rule: techniqueRule('relay', 'kubelet', '1.18') }),
  ),
]

const sarif = async (reports: readonly GateReport[]) => JSON.parse(await sarifOutput.write(reports, VERSION))
const junitXml = async (reports: readonly GateReport[]) => junit.write(reports, VERSION)

/** Returns all texts of an output, as they reach the file, the log and the page of the job. */
async function textsOf(output: CiOutput, reports: readonly GateReport[]): Promise<string[]> {
  if (output.kind === 'file') return [await output.write(reports, VERSION)]
  const problem = output.problem({ file: HOSTILE, line: 1, column: 1 }, HOSTILE, HOSTILE)
  const summary = output.summary === undefined ? [] : [output.summary.write(reports)]
  return [...[output.commands(reports), problem].map((text) => visibleCommands(text, false)), ...summary]
}

describe.each(namesOf(CI_OUTPUTS))('output %s', (name) => {
  const output: CiOutput = CI_OUTPUTS[name]

  test('a CI output writes a text without results, and says what failed otherwise', async () => {
    for (const reports of [[], [aReport()]]) expect((await textsOf(output, reports)).join('')).not.toContain('not met')
    for (const text of await textsOf(output, [aReport(aJudgement())])) expect(text).toMatch(/not met|forged/)
  })

  test('a CI output has no control or hidden character, no command of another format, and no text as markup', async () => {
    for (const text of await textsOf(output, every)) {
      expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      expect(text).not.toMatch(/^\s*::error::forged/m)
    }
    const texts = output.kind === 'log' && output.summary !== undefined ? [output.summary.write(every)] : []
    for (const text of texts) expect(text).not.toContain('<script>')
  })

  test('a CI output recognizes its own earlier files, and no file of another output', async () => {
    if (output.kind === 'log') return
    for (const reports of [[], [aReport()], every])
      expect(output.isOurs(await output.write(reports, VERSION))).toBe(true)
    for (const other of namesOf(CI_OUTPUTS)) {
      if (other === name) continue
      for (const text of await textsOf(CI_OUTPUTS[other], every)) expect(output.isOurs(text), other).toBe(false)
    }
    for (const text of ['', '<xml/>', '{}', '[1]', '[{}]', 'onpath']) expect(output.isOurs(text), text).toBe(false)
  })
})

test('Code Quality has an entry for each failure and acceptance, as GitLab documents it', async () => {
  const judgements = [
    aJudgement({ place: { file: './a b/wan.yaml', line: 7, column: 5 } }),
    aJudgement({ rule: techniqueRule('relay', 'kubelet', '1.30'), identity: 'other' }),
    aJudgement({ status: 'passed' }),
    aJudgement({ status: 'accepted', identity: 'third' }),
    aJudgement({ status: 'error' }),
  ]
  const entries = JSON.parse(await codeQuality.write([aReport(...judgements)], VERSION))
  expect(entries[0]).toEqual({
    check_name: 'onpath/expectation',
    description: 'not met\nreproduce: npx onpath run wan.yaml',
    fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    severity: 'major',
    location: { path: 'a b/wan.yaml', lines: { begin: 7 } },
  })
  const severities = entries.map(({ severity }: { severity: string }) => severity)
  expect(severities).toEqual(['major', 'critical', 'info', 'blocker'])
})

test('a fingerprint of Code Quality stays when lines move, and is unique', async () => {
  const fingerprints = async (...judgements: Judgement[]): Promise<string[]> =>
    JSON.parse(await codeQuality.write([aReport(...judgements)], VERSION)).map(
      ({ fingerprint }: { fingerprint: string }) => fingerprint,
    )
  const [first] = await fingerprints(aJudgement())
  const moved = aJudgement({ message: 'measured 3', place: { file: 'wan.yaml', line: 9, column: 1 } })
  expect(await fingerprints(aJudgement({ identity: 'x' }), moved)).toEqual([expect.any(String), first])
  const same = await fingerprints(aJudgement(), aJudgement(), aJudgement({ identity: 'x' }))
  expect(new Set(same).size).toBe(3)
})

test('SARIF is valid by its schema, also with hostile texts and without results', async () => {
  const schema = JSON.parse(readFileSync(new URL('sarif-2.1.0.json', SCHEMAS), 'utf8'))
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)
  for (const reports of [every, [], [aReport()]]) {
    validate(await sarif(reports))
    expect(validate.errors).toBe(null)
  }
  expect(validate({ version: '2.1.0', runs: [{}] })).toBe(false)
})

test('SARIF has a result for each failure and acceptance, at its line, and none for a pass', async () => {
  const log = await sarif([aReport(aJudgement(), aJudgement({ status: 'passed' }), aJudgement({ status: 'accepted' }))])
  const [{ results }] = log.runs
  expect(results.map(({ level }: { level: string }) => level)).toEqual(['error', 'note'])
  expect(results[0].locations).toEqual([
    { physicalLocation: { artifactLocation: { uri: 'wan.yaml', index: 0 }, region: { startLine: 7, startColumn: 5 } } },
  ])
  expect(results[0].suppressions).toBe(undefined)
  expect(results[1].suppressions).toMatchObject([{ kind: 'inSource' }])
})

test('file names become URIs in SARIF', async () => {
  const uriOf = async (file: string) => {
    const log = await sarif([aReport(aJudgement({ place: { file, line: 1, column: 1 } }))])
    return log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri
  }
  expect(await uriOf('./a b/100%#.yaml')).toBe('a%20b/100%25%23.yaml')
  expect(await uriOf('/tmp/wan.yaml')).toBe('file:///tmp/wan.yaml')
  expect(await uriOf('-')).toBe('stdin')
})

test('a SARIF rule about kubelets names the flag, the check of the version’s CIS edition, ATT&CK and CWE', () => {
  expect(techniqueRule('impersonate-server', 'kubelet', '1.30')).toMatchObject({
    id: 'impersonate-server/kubelet',
    attack: ['T1557'],
    weaknesses: [295],
    flags: ['kube-apiserver --kubelet-certificate-authority'],
    cis: [{ number: '1.2.5', edition: 'cis-1.11', flag: 'kube-apiserver --kubelet-certificate-authority' }],
  })
  const cisOf = (version: string) => techniqueRule('impersonate-server', 'kubelet', version).cis
  expect(cisOf('1.18')).toMatchObject([{ number: '1.2.6', edition: 'cis-1.6' }])
  expect(cisOf('1.22')).toMatchObject([{ number: '1.2.6', edition: 'cis-1.23' }])
  expect(cisOf('1.14')).toEqual([])
})

test('a SARIF rule about a server that flags do not protect names none', () => {
  expect(techniqueRule('impersonate-server', 'pod', '1.30')).toMatchObject({ flags: [], cis: [] })
  expect(techniqueRule('impersonate-server', 'kubelet', null)).toMatchObject({ flags: [], cis: [] })
})

test('a SARIF rule names the admission plugin that would prevent the finding', () => {
  expect(techniqueRule('readdress-node', 'kubelet', '1.30').flags).toEqual([
    'kube-apiserver --authorization-mode (Node)',
    'kube-apiserver --enable-admission-plugins (NodeRestriction)',
  ])
  expect(techniqueRule('redirect-service', 'plain', '1.30').cis).toEqual([
    {
      number: '1.2.3',
      edition: 'cis-1.11',
      flag: 'kube-apiserver --enable-admission-plugins (DenyServiceExternalIPs)',
    },
  ])
})

test('SARIF rules of two versions are shared and name both CIS editions', async () => {
  const [{ tool }] = (await sarif(every)).runs
  const relay = tool.driver.rules.find(({ id }: { id: string }) => id === 'relay/kubelet')
  expect(relay.properties.cis.map(({ benchmark }: { benchmark: string }) => benchmark)).toEqual(
    expect.arrayContaining(['cis-1.11', 'cis-1.6']),
  )
})

test('JUnit has a test case for each judgement, and counts them', async () => {
  expect(
    await junitXml([aReport(aJudgement(), aJudgement({ status: 'passed', name: 'b' }))]),
  ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="onpath" tests="2" failures="1" errors="0">
  <testsuite name="wan" tests="2" failures="1" errors="0" skipped="0" file="wan.yaml">
    <testcase name="latency(fresh) p50 &lt; 120ms" classname="onpath.wan">
      <failure type="expectation" message="not met">not met
reproduce: npx onpath run wan.yaml
wan.yaml:7</failure>
    </testcase>
    <testcase name="b" classname="onpath.wan"/>
  </testsuite>
</testsuites>
`)
})

test('JUnit has no character that XML cannot write, and no text that ends an element', async () => {
  const xml = await junitXml(every)
  expect(xml).not.toMatch(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u)
  expect(xml).toContain(']]&gt;&lt;/failure&gt;')
  expect(xml.match(/<\/failure>/g)).toHaveLength(3)
})

const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined
if (!hasXmllint && process.env.ONPATH_NEEDS_XMLLINT) throw new Error('xmllint is missing')
if (!hasXmllint)
  console.warn('xmllint (libxml2-utils) is missing: JUnit is not validated against the schema of Jenkins')

test.runIf(hasXmllint)('JUnit is valid by the schema of Jenkins', async () => {
  const file = join(aFolder(), 'junit.xml')
  for (const reports of [every, [], [aReport()]]) {
    writeFileSync(file, await junitXml(reports))
    const schema = fileURLToPath(new URL('junit-10.xsd', SCHEMAS))
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', schema, file], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, `${file} validates\n`])
  }
})

test('a GitHub annotation is one line, whatever its text', () => {
  const text = githubAnnotations(every)
  const lines = text.trimEnd().split('\n')
  expect(lines.every((line) => /^::(error|warning) /.test(line))).toBe(true)
  expect(lines[0]).toContain('%0A%3A%3Aerror%3A%3Aforged 100%25%2C%3A%0D')
  expect(githubError({ file: 'a.yaml', line: 2, column: 3 }, 'onpath bad', 'x\ny')).toBe(
    '::error file=a.yaml,line=2,col=3,title=onpath bad::x%0Ay\n',
  )
})

test('at most ten GitHub annotations of a level are printed, and the last says how many are left', () => {
  const many = Array.from({ length: 12 }, () => aJudgement())
  const lines = githubAnnotations([aReport(...many)])
    .trimEnd()
    .split('\n')
  expect(lines).toHaveLength(10)
  expect(lines[9]).toContain('and 3 more')
})

test('the job summary lists failures first, and shows no text as Markdown or HTML', () => {
  const text = jobSummary(every)
  expect(text).toContain('## ❌ wan\n')
  expect(text).toContain('6 judgements, 1 error, 3 failed, 1 accepted, 1 passed')
  expect(text).not.toContain('<script>')
  const rows = text.split('\n').filter((line) => line.startsWith('| '))
  expect(rows.map((row) => row.replaceAll('\\|', '').split('|').length)).toEqual(rows.map(() => 6))
  expect(rows[1]).toContain('error')
})
