import { APISERVER_FLAGS } from '../../src/cluster/flags/apiserver-flags.ts'
import { flagsOf } from '../../src/cluster/flags/flag.ts'
import { KUBELET_FIELDS } from '../../src/cluster/flags/kubelet-fields.ts'
import { shippedTexts } from '../../src/disk/shipped-attacks.ts'
import { importCluster } from '../../src/import/import-cluster.ts'
import { type Blueprint, BudgetExceeded, loadScenario, simulate } from '../../src/index.ts'
import { check, importSubject, inPlace, readCheck } from '../../src/study/index.ts'
import type { AskedFlag, Fixture } from './fixture.ts'

/** The events of a run: enough for a second of a small cluster. */
const MAX_EVENTS = 100_000

/** The date of a check, on which the validity of certificates depends. */
const TODAY = '2026-12-01'

/** A fixture and the verdicts of onpath on it. */
export interface Judged {
  readonly fixture: Fixture
  /** The reason why it could not be imported, simulated or checked, which is a bug of onpath; null: there is none. */
  readonly bug: string | null
  /** The findings of `check`; null: the files do not say how a cluster is set up, and are not checked. */
  readonly findings: number | null
  /** True: onpath's own sentences call the flag weak; null: its project judges no flag. */
  readonly isWeak: boolean | null
  /** True: the control of kubescape fails as onpath repeats it; null: none is asked, or it finds nothing to look at. */
  readonly controlFails: boolean | null
  readonly tookMs: number
}

/** Imports a fixture, simulates a little of it, checks it, and judges the flag that its project judges. */
export async function judge(fixture: Fixture): Promise<Judged> {
  const beginMs = performance.now()
  const none = { fixture, findings: null, isWeak: null, controlFails: null }
  try {
    const { text, scans, isEmpty } = importCluster(fixture.files)
    const loaded = loadScenario({ file: fixture.name, text })
    if (!loaded.ok) return { ...none, bug: loaded.problems[0]?.message ?? '', tookMs: performance.now() - beginMs }
    simulateAtMost(loaded.scenario)
    const { judgement } = fixture
    const scan = scans.find(({ tool, id }) => tool === 'kubescape' && id === judgement?.control)
    return {
      fixture,
      bug: null,
      findings: isEmpty ? null : await findingsIn(fixture),
      isWeak: judgement === null ? null : isWeakIn(loaded.scenario.blueprint, judgement.flag),
      controlFails: scan === undefined ? null : scan.status === 'FAIL',
      tookMs: performance.now() - beginMs,
    }
  } catch (error) {
    return { ...none, bug: String(error), tookMs: performance.now() - beginMs }
  }
}

function simulateAtMost(scenario: Parameters<typeof simulate>[0]): void {
  try {
    simulate(scenario, { maxEvents: MAX_EVENTS })
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error
  }
}

/** Checks a fixture as `onpath check FOLDER` does, and returns the number of its findings. */
async function findingsIn({ files }: Fixture): Promise<number> {
  const attacks = [...shippedTexts()].map(([name, text]) => ({ name, source: { file: `${name}.yaml`, text } }))
  const read = readCheck(importSubject(files).source, {}, { attacks })
  if (!read.ok) throw new Error(read.problems[0]?.message ?? 'the check is refused')
  const { result } = await check(read.plan, { today: TODAY }, inPlace())
  return result.findings.length
}

/** Returns whether the value of a flag leaves something open, at the apiserver or at any kubelet. */
function isWeakIn({ cluster }: Blueprint, { program, name, about }: AskedFlag): boolean {
  if (cluster === null) return false
  const isApiserver = program === 'kube-apiserver'
  const configurations: readonly Readonly<Record<string, unknown>>[] = isApiserver
    ? [cluster.apiserver.configuration]
    : cluster.nodes.map(({ kubelet }) => kubelet)
  const [found] = flagsOf(isApiserver ? APISERVER_FLAGS : KUBELET_FIELDS).filter(([, flag]) => flag.name === name)
  if (found === undefined) throw new Error(`${program} has no flag ${name}`)
  const [key, flag] = found
  return configurations.some((configuration) => (flag.weakness?.(configuration[key], about) ?? null) !== null)
}
