import {
  enableAdmissionPlugins,
  EXTERNAL_IP_RANGER as RANGER,
} from '../../cluster/flags/apiserver/enable-admission-plugins.ts'
import { splitList } from '../../cluster/flags/list-kind.ts'
import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { type Place, type Sourced, written } from '../origin.ts'
import { isApiserverBoolean } from '../programs/flag-kinds.ts'
import { readFlags } from '../programs/flag-syntax.ts'
import type { ProgramRun } from '../programs/program-run.ts'
import { placeAt, textAt, textsAt } from '../tree-values.ts'
import type { BuildContext } from './context.ts'
import { openshiftConfigOf } from './openshift.ts'
import { type Range, rangeOf } from './ranges.ts'
import type { Plain } from './stanza.ts'

const CONFIGURATION = ['admission', 'pluginConfig', RANGER, 'configuration']

/**
 * The address ranges that services may use as external addresses. `!` excludes a range. An empty list permits no
 * address.
 */
interface Rules {
  readonly cidrs: readonly string[]
  readonly at: Place
}

/**
 * Returns the plugins of an OpenShift apiserver. ExternalIPRanger is included only if it denies services the addresses
 * of the cluster. Without ranges it denies all (openshift/kubernetes
 * openshift-kube-apiserver/admission/network/externalipranger/externalip_admission.go, Validate).
 */
export function withExternalIpRanger(
  value: Sourced<Plain>,
  runs: readonly ProgramRun[],
  context: BuildContext,
): Sourced<Plain> {
  const plugins = (Array.isArray(value.value) ? value.value : []).filter((plugin) => plugin !== RANGER)
  const without = { ...value, value: plugins }
  if (context.profile.hasOpenshiftConfig !== true) return without
  const all = runs.length === 0 ? [partRules(context)] : runs.map((run) => rulesOf(run, context))
  const known = all.flatMap((one) => one ?? [])
  const [first] = known
  if (first === undefined || known.length < all.length) return without
  const open = known.find((one) => !isClosed(one, context))
  if (open !== undefined) {
    context.note({
      kind: 'unmodelled',
      at: open.at,
      message: `${RANGER} limits external addresses of services to ranges in which the cluster has addresses`,
      consequence: 'no limit is taken: a service can have the address of a node, a pod or another service in them',
    })
    return without
  }
  context.note({
    kind: 'used',
    at: first.at,
    message: `${RANGER} refuses external addresses of services${first.cidrs.length === 0 ? '' : ' outside of its ranges, in which the cluster has no address'}`,
    consequence: 'those who may create service/externalips of network.openshift.io, as cluster-admin may, pass it',
  })
  return written([...plugins, RANGER], first.at, `${RANGER} refuses external addresses`)
}

/** Returns the rules of an apiserver; null if the plugin is off. It is also off without a configuration. */
function rulesOf(run: ProgramRun, context: BuildContext): Rules | null {
  const flags = readFlags(run.words, isApiserverBoolean)
  const itemsOf = (name: string) =>
    flags.filter((flag) => flag.name === name).flatMap((flag) => splitList(flag.value ?? ''))
  if (itemsOf('disable-admission-plugins').includes(RANGER)) return null
  const config = openshiftConfigOf(run, context.evidence)
  const isWhole = config !== null && config.revision !== null
  const enabled = itemsOf(enableAdmissionPlugins.name)
  if (isWhole && !enabled.includes(RANGER)) return null
  return isWhole ? rulesIn(config.tree) : partRules(context)
}

function rulesIn(tree: Tree): Rules | null {
  const found = treeAt(tree, CONFIGURATION)
  return found?.kind === 'map'
    ? { cidrs: textsAt(found, ['externalIPNetworkCIDRs']), at: placeAt(found, ['externalIPNetworkCIDRs']) }
    : null
}

/**
 * Returns the rules from the operator's part of the configuration, which permits nothing, otherwise from the cluster's
 * Network object, from which the operator derives them; null if neither was imported.
 */
function partRules({ evidence }: BuildContext): Rules | null {
  const parts = evidence.openshiftConfigs.filter(({ revision }) => revision === null)
  const found = parts.flatMap(({ tree }) => rulesIn(tree) ?? []).at(-1)
  return found ?? evidence.externalIpPolicies.at(-1) ?? null
}

/** Returns whether no address of the cluster is permitted as an external one. */
function isClosed({ cidrs, at }: Rules, context: BuildContext): boolean {
  const admitted = cidrs.filter((cidr) => !cidr.startsWith('!'))
  if (cidrs.length === 0) return true
  // Without Nodes, the addresses at which kubelets and the apiserver serve are unknown.
  if (context.evidence.nodes.length === 0) return false
  const ranges = admitted.map((cidr) => rangeOf(cidr, at))
  if (admitted.length === 0 || ranges.includes(null)) return false
  return ranges.every((range) => ownRanges(context).every((own) => own.to < range!.from || own.from > range!.to))
}

/** OpenShift's default ranges of pods and services (install-config.yaml). */
const DEFAULT_RANGES = ['10.128.0.0/14', '172.30.0.0/16']

/** Returns the addresses of nodes and of the apiserver's load balancer, and the ranges of pods and services. */
function ownRanges({ evidence: { nodes, openshiftConfigs, kubeconfigs } }: BuildContext): readonly Range[] {
  const at = { file: '', line: 0 }
  const texts = [
    ...nodes.flatMap(({ addresses }) => addresses.map(({ address }) => `${address}/32`)),
    ...kubeconfigs.flatMap(({ server }) => {
      const address = /^https:\/\/(\d+\.\d+\.\d+\.\d+)(?::|\/|$)/.exec(server)?.[1]
      return address === undefined ? [] : [`${address}/32`]
    }),
    ...nodes.flatMap(({ podRanges }) => podRanges.map(({ value }) => value)),
    ...openshiftConfigs.flatMap(({ tree }) => textAt(tree, ['servicesSubnet']) ?? []),
    ...DEFAULT_RANGES,
  ]
  return texts.flatMap((text) => rangeOf(text, at) ?? [])
}
