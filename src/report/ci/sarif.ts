import { jsonDocument } from '../json.ts'
import { PROJECT, pageAddress } from '../page-address.ts'
import type { CiFile } from './ci-output.ts'
import { type GateReport, type GateRule, type Judgement, type Place, repositoryPath } from './gate-report.ts'

const ATTACK = 'MITRE ATT&CK'
const CWE = 'CWE'

/** SARIF 2.1.0: a result for each failed or accepted judgement, at its line. Passed judgements are left out. */
export const sarif: CiFile = {
  kind: 'file',
  meaning: 'also write what failed to this file, as SARIF, for code scanning',
  content:
    'SARIF 2.1.0: a result for each failure, at the line of the scenario; accepted ones are suppressed. Its rules name the flag of Kubernetes that decides, the check of the CIS Kubernetes Benchmark with its edition, the technique of MITRE ATT&CK and the weakness (CWE).',
  isOurs: (start) => /"driver":\s*\{\s*"name":\s*"onpath"/.test(start),
  write: sarifLog,
}

/** The package that builds the log is loaded only here, because loading takes longer than a short check. */
async function sarifLog(reports: readonly GateReport[], version: string): Promise<string> {
  const { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } = await import('node-sarif-builder')
  const found = reports.flatMap(({ judgements }) => judgements).filter(({ status }) => status !== 'passed')
  const rules = rulesOf(found)
  const run = new SarifRunBuilder({
    tool: { driver: { name: 'onpath', version, informationUri: PROJECT, rules: [] } },
    columnKind: 'utf16CodeUnits',
    taxonomies: taxonomiesOf(rules),
  })
  for (const rule of rules) run.addRule(new SarifRuleBuilder(descriptorOf(rule)))
  for (const judgement of found) run.addResult(new SarifResultBuilder(resultOf(judgement)))
  const log = new SarifBuilder({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json' })
  log.addRun(run)
  return jsonDocument(log.buildSarifOutput())
}

/**
 * Returns the distinct rules, by name. Scenarios with different versions of Kubernetes have different flags and
 * editions.
 */
function rulesOf(found: readonly Judgement[]): GateRule[] {
  const byId = new Map<string, GateRule>()
  for (const { rule } of found) {
    const known = byId.get(rule.id) ?? rule
    const cis = new Map([...known.cis, ...rule.cis].map((one) => [`${one.edition} ${one.number}`, one]))
    byId.set(rule.id, { ...rule, flags: [...new Set([...known.flags, ...rule.flags])], cis: [...cis.values()] })
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function descriptorOf(rule: GateRule) {
  const { id, name, meaning, attack, weaknesses, flags, cis } = rule
  const decides = flags.length === 0 ? '' : ` Decided by ${flags.join(', ')}.`
  return {
    id,
    name,
    shortDescription: { text: meaning },
    fullDescription: { text: `${meaning}${decides}` },
    helpUri: pageAddress('docs/attacks.md'),
    help: { text: helpOf(rule) },
    defaultConfiguration: { level: 'error' as const },
    relationships: [
      ...attack.map((technique) => relationship(technique, ATTACK)),
      ...weaknesses.map((number) => relationship(`CWE-${number}`, CWE)),
      ...cis.map(({ number, edition }) => relationship(number, benchmarkOf(edition))),
    ],
    properties: {
      tags: ['security', ...attack, ...weaknesses.map((number) => `external/cwe/cwe-${number}`)],
      kubernetesFlags: [...flags],
      cis: cis.map(({ number, edition, flag }) => ({ id: number, benchmark: edition, flag })),
      attack: [...attack],
      cwe: weaknesses.map((number) => `CWE-${number}`),
    },
  }
}

function helpOf({ meaning, attack, weaknesses, flags, cis }: GateRule): string {
  return [
    meaning,
    ...flags.map((flag) => `Kubernetes: ${flag}`),
    ...cis.map(({ number, edition, flag }) => `CIS Kubernetes Benchmark ${edition}, ${number}: ${flag}`),
    ...attack.map((technique) => `MITRE ATT&CK: ${technique}`),
    ...weaknesses.map((number) => `CWE-${number}`),
  ].join('\n')
}

function relationship(id: string, taxonomy: string) {
  return { target: { id, toolComponent: { name: taxonomy } }, kinds: ['relevant'] }
}

function benchmarkOf(edition: string): string {
  return `CIS Kubernetes Benchmark ${edition}`
}

/** Returns the catalogues that rules refer to, with the entries that they use. */
function taxonomiesOf(rules: readonly GateRule[]) {
  const entries = rules.flatMap(({ attack, weaknesses, cis }) => [
    ...attack.map((id) => ({ taxonomy: ATTACK, id })),
    ...weaknesses.map((number) => ({ taxonomy: CWE, id: `CWE-${number}` })),
    ...cis.map(({ number, edition }) => ({ taxonomy: benchmarkOf(edition), id: number })),
  ])
  const names = [...new Set(entries.map(({ taxonomy }) => taxonomy))].sort((a, b) => (a < b ? -1 : 1))
  return names.map((name) => {
    const ids = new Set(entries.filter(({ taxonomy }) => taxonomy === name).map(({ id }) => id))
    return { name, taxa: [...ids].sort((a, b) => (a < b ? -1 : 1)).map((id) => ({ id })) }
  })
}

function resultOf({ rule, status, message, details, place, identity }: Judgement) {
  return {
    ruleId: rule.id,
    level: status === 'accepted' ? ('note' as const) : ('error' as const),
    message: { text: [message, ...details].join('\n') },
    locations: [locationOf(place)],
    partialFingerprints: { 'onpath/v1': identity },
    ...(status === 'accepted'
      ? { suppressions: [{ kind: 'inSource' as const, justification: acceptedBecause(details) }] }
      : {}),
  }
}

function acceptedBecause(details: readonly string[]): string {
  return details.filter((line) => line.startsWith('accepted: ')).join('\n')
}

function locationOf({ file, line, column }: Place) {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column },
    },
  }
}

/** Returns a file's name as a URI. */
function uriOf(file: string): string {
  const path = repositoryPath(file)
  const encoded = path
    .split('/')
    .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\uFFFD')))
    .join('/')
  if (path.startsWith('/')) return `file://${encoded}`
  return /^[A-Za-z]:\//.test(path) ? `file:///${encoded}` : encoded
}
