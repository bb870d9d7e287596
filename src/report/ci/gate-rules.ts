import type { DecidingFlag } from '../../attack/techniques/technique.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { cisNumber } from '../../cluster/flags/cis-benchmark.ts'
import { PROGRAMS } from '../../cluster/flags/programs.ts'
import { parseKubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { isNameOf } from '../../engine/registry.ts'
import type { GateRule } from './gate-report.ts'

const NOTHING_ELSE = { attack: [], weaknesses: [], flags: [], cis: [] }

export const EXPECTATION_RULE: GateRule = {
  id: 'expectation',
  name: 'Expectation',
  meaning: 'An expectation of the scenario (`expect:`) was not met.',
  ...NOTHING_ELSE,
}

export const RUN_RULE: GateRule = {
  id: 'run',
  name: 'Run',
  meaning: 'A scenario could not be simulated to its end.',
  ...NOTHING_ELSE,
}

export const PATH_RULE: GateRule = {
  id: 'path',
  name: 'Path',
  meaning: 'Attackers get what the policy forbids on a path.',
  ...NOTHING_ELSE,
}

export const GRANT_RULE: GateRule = {
  id: 'granted',
  name: 'Granted rights',
  meaning: 'Rules of the cluster give somebody rights by which it gets what others own, and the policy forbids that.',
  ...NOTHING_ELSE,
  weaknesses: [269],
}

export const UNKNOWN_RULE: GateRule = {
  id: 'unknown',
  name: 'Not known',
  meaning: 'Something is not known of the cluster that could change the answer of the check.',
  ...NOTHING_ELSE,
}

export const COVERAGE_RULE: GateRule = {
  id: 'coverage',
  name: 'Coverage',
  meaning: 'The check looked at nothing, or at less than it was asked for.',
  ...NOTHING_ELSE,
}

/**
 * Returns the rule for a technique against a kind of server.
 * @param server the party at the end of the path: `apiserver`, `kubelet`, or another
 * @param kubernetes the version of the scenario's cluster; null without a cluster
 */
export function techniqueRule(technique: string, server: string, kubernetes: string | null): GateRule {
  if (!isNameOf(USED_TECHNIQUES, technique)) return { ...PATH_RULE, id: technique, name: technique }
  const { meaning, references, decidedBy = {} } = USED_TECHNIQUES[technique]
  const kind = server === 'apiserver' || server === 'kubelet' ? server : 'plain'
  const deciding = kubernetes === null ? [] : (decidedBy[kind] ?? [])
  const version = kubernetes === null ? null : parseKubernetesVersion(kubernetes)
  const minor = version?.ok === true ? version.version.minor : null
  return {
    id: `${technique}/${kind}`,
    name: technique,
    meaning,
    attack: references.attack,
    weaknesses: references.weaknesses,
    flags: deciding.map(flagText),
    cis: minor === null ? [] : deciding.flatMap((one) => cisOf(one, minor)),
  }
}

function cisOf(deciding: DecidingFlag, minor: number): GateRule['cis'] {
  return (deciding.flag.cis ?? [])
    .filter(({ about }) => about === deciding.about)
    .flatMap((check) => {
      const found = cisNumber(check, minor)
      return found === null ? [] : [{ ...found, flag: flagText(deciding) }]
    })
}

/** Returns a flag with its program: `kube-apiserver --authorization-mode (Node)`, `kubelet readOnlyPort`. */
function flagText({ flag, about }: DecidingFlag): string {
  const program = Object.keys(PROGRAMS).find((name) => Object.values(PROGRAMS[name]).includes(flag)) ?? ''
  const name = program === 'kubelet' ? flag.name : `--${flag.name}`
  return `${program} ${name}${about === undefined ? '' : ` (${about})`}`
}
