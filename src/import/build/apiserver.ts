import { anonymousAuth } from '../../cluster/flags/apiserver/anonymous-auth.ts'
import { authorizationMode } from '../../cluster/flags/apiserver/authorization-mode.ts'
import { clientCa } from '../../cluster/flags/apiserver/client-ca-file.ts'
import { egressSelector } from '../../cluster/flags/apiserver/egress-selector-config-file.ts'
import { enableAdmissionPlugins } from '../../cluster/flags/apiserver/enable-admission-plugins.ts'
import { kubeletCertificateAuthority } from '../../cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { kubeletClientCertificate } from '../../cluster/flags/apiserver/kubelet-client-certificate.ts'
import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import { defaultAt, type Flag, flagsOf, stateAt } from '../../cluster/flags/flag.ts'
import { splitList } from '../../cluster/flags/list-kind.ts'
import { writtenForm } from '../../scenario/schema/flag-text.ts'
import { assumed, byDefault, placeText, type Sourced, written } from '../origin.ts'
import { isApiserverBoolean } from '../programs/flag-kinds.ts'
import { lastFlag, readFlags, type WrittenFlag } from '../programs/flag-syntax.ts'
import type { ProgramRun } from '../programs/program-run.ts'
import { isAgentTunnelled } from './agent-tunnel.ts'
import type { ApiserverSetUp } from './apiserver-set-up.ts'
import { refusedClientCertificate } from './client-certificate.ts'
import type { BuildContext } from './context.ts'
import { withExternalIpRanger } from './external-addresses.ts'
import { isInRelease, noteOfBad, readValue, textOfFlags, unknownItems } from './flag-values.ts'
import { meantField, noteBlanks, noteOtherFlags } from './other-flags.ts'
import { noteForeignFiles, withReplacingFiles } from './replacing-files.ts'
import type { Plain } from './stanza.ts'
import { weakestOf } from './weakest-apiserver.ts'

/** Writes the flags of the apiserver, and returns its command line. */
export function buildApiserver(context: BuildContext): ApiserverSetUp {
  const runs = context.runsOf('kube-apiserver')
  const setUp = setUpOf(runs, context)
  const { run } = setUp
  noteRun(setUp, context)
  noteDifferences(runs, context)
  noteForeignFiles(runs, ({ words }) => readFlags(words, isApiserverBoolean), context)
  for (const { words } of runs) noteBlanks(words, 'kube-apiserver', context)
  for (const [, flag] of flagsOf(APISERVER_FLAGS)) {
    const value = SPECIAL.get(flag)?.(setUp, context) ?? valueOfFlag(flag, setUp, context)
    if (value !== null && value.value !== null)
      context.stanza.set(['cluster', 'apiserver', 'flags', nameIn(flag, context)], value)
  }
  if (run !== null) noteOtherFlags(setUp.flags, 'kube-apiserver', APISERVER_FLAGS, context)
  return setUp
}

/** Returns the name of a flag in the release of the cluster. */
function nameIn({ also, ...flag }: Flag, { version }: BuildContext): string {
  return also !== undefined && stateAt(flag, version) === 'absent' ? also.name : flag.name
}

function setUpOf(runs: readonly ProgramRun[], context: BuildContext): ApiserverSetUp {
  const [first, ...others] = runs.map((run) => ({ run, flags: flagsIn(run, context) }))
  if (first === undefined)
    return { run: null, flags: [], flag: () => undefined, placeOf: () => ({ file: '', line: 0 }) }
  const { flags, ofName } = weakestOf([first, ...others], context.version)
  return { run: first.run, flags, flag: (name) => lastFlag(flags, name), placeOf: (name) => ofName(name).run.at }
}

/** Returns the flags of a record, including those that their files contain and those of the distribution. */
function flagsIn(run: ProgramRun, context: BuildContext): readonly WrittenFlag[] {
  const { profile } = context
  const flags = readFlags(run.words, isApiserverBoolean)
  if (run.record !== 'configuration') return withReplacingFiles(flags, run, context)
  const own = profile.additive.flatMap((name): WrittenFlag[] => {
    const written = flags.find((flag) => flag.name === name)
    const value = profile.apiserver[name]
    return written === undefined || value === undefined ? [] : [{ name, value, at: written.at }]
  })
  // Items that the distribution already has are not added again.
  const added = flags.map((flag) => {
    const known = splitList(own.find(({ name }) => name === flag.name)?.value ?? '')
    if (known.length === 0) return flag
    return {
      ...flag,
      value: splitList(flag.value ?? '')
        .filter((item) => !known.includes(item))
        .join(','),
    }
  })
  return withReplacingFiles([...own, ...added], run, context)
}

/**
 * Returns whether the whole command line is known. The configuration of kubeadm or k3s contains only additional flags.
 */
function isWhole({ run }: ApiserverSetUp): boolean {
  return run !== null && run.record !== 'configuration'
}

function noteRun(setUp: ApiserverSetUp, context: BuildContext): void {
  const { run, flags } = setUp
  if (run !== null) {
    const count = isWhole(setUp) ? readFlags(run.words, isApiserverBoolean).length : flags.length
    const message = `${count} flags of kube-apiserver (${run.record})`
    context.note({ kind: 'used', at: run.at, message })
  }
  if (isWhole(setUp)) return
  const { title, source, isHidden, questions, collect } = context.profile
  for (const { about, taken, otherwise } of questions)
    context.note({ kind: 'unknown', at: null, message: `${about}; taken: ${taken}`, consequence: otherwise })
  context.note({
    kind: 'unknown',
    at: run?.at ?? null,
    // What only the provider sees is assumed: no file could say it.
    ...(isHidden ? {} : { cause: 'apiserver' as const }),
    message: `the command line of kube-apiserver; the flags of ${title} are taken (${source})`,
    consequence: isHidden
      ? 'nobody but the provider sees it'
      : `add ${collect ?? 'the manifest kube-apiserver.yaml, or the lines of `ps -ef` or of the journal that have it'}`,
  })
}

/** Reports the flags in which the apiservers of several control planes differ. */
function noteDifferences(runs: readonly ProgramRun[], context: BuildContext): void {
  const [first, ...others] = runs
  const flagsOfFirst = first === undefined ? [] : flagsIn(first, context)
  for (const other of others) {
    const flags = flagsIn(other, context)
    for (const [, { name }] of flagsOf(APISERVER_FLAGS)) {
      const [a, b] = [lastFlag(flagsOfFirst, name), lastFlag(flags, name)]
      if ((a?.value ?? undefined) === (b?.value ?? undefined) && (a === undefined) === (b === undefined)) continue
      const where = a === undefined ? 'is not in' : 'differs from'
      context.note({
        kind: 'contradiction',
        at: b?.at ?? other.at,
        message: `--${name} ${b === undefined ? 'is missing, and is in' : where} ${placeText(a?.at ?? first.at)}`,
        consequence: other.isRival
          ? 'nothing says which of both runs: the scenario has the weakest value of each flag'
          : 'requests go to any of the control planes: the scenario has one apiserver, with the weakest value of each flag',
      })
    }
  }
}

/** Authorizers that are not modelled. Other words are not shown, because they could be anything. */
const REAL_AUTHORIZERS: ReadonlySet<string> = new Set([
  'Webhook',
  'AlwaysDeny',
  'Scope',
  'SystemMasters',
  'MinimumKubeletVersion',
])

/** Authorizers of OpenShift. None of them grants more than the others do. */
const NARROWING: ReadonlySet<string> = new Set(['Scope', 'SystemMasters', 'MinimumKubeletVersion'])

/**
 * Returns the value of a flag: the written one, otherwise the distribution's, otherwise the default of the release.
 */
function valueOfFlag(flag: Flag, setUp: ApiserverSetUp, context: BuildContext): Sourced<Plain> | null {
  const text =
    textOfFlags(flag, flag.name, setUp.flags) ?? (flag.also ? textOfFlags(flag, flag.also.name, setUp.flags) : null)
  if (text !== null) {
    const read = readValue(flag, text)
    for (const item of unknownItems(flag, text)) {
      const meant = meantField(item, flag.kind.list?.items ?? [])
      if (meant !== null)
        context.note({
          kind: 'contradiction',
          at: text.at,
          message: `--${flag.name} has an item that is spelled almost like ${meant}`,
          consequence: `kube-apiserver does not start with an item that it does not know; ${meant} is taken as left out`,
        })
      else if (flag === authorizationMode)
        context.note({
          kind: 'unmodelled',
          at: text.at,
          message: REAL_AUTHORIZERS.has(item)
            ? `the authorizer ${item}`
            : 'an authorizer that Kubernetes does not have',
          consequence: NARROWING.has(item)
            ? 'it is left out: those of OpenShift refuse what others allow, or allow what system:masters may do here too'
            : 'it is left out: only the other authorizers decide here',
        })
    }
    if (read.kind === 'value') return flag === authorizationMode ? withoutRepeats(read.value, context) : read.value
    if (read.kind === 'bad') context.note(noteOfBad(read, `--${flag.name}`, 'kube-apiserver'))
  }
  return ofProfile(flag, setUp, context) ?? ofRelease(flag, isWhole(setUp), context)
}

/** Returns authorizers without repetitions. kube-apiserver refuses to start if one is repeated. */
function withoutRepeats({ value, origin }: Sourced<Plain>, context: BuildContext): Sourced<Plain> {
  if (!Array.isArray(value)) return { value, origin }
  const once = [...new Set(value)]
  if (once.length < value.length)
    context.note({
      kind: 'contradiction',
      at: origin.kind === 'written' ? origin.at : null,
      message: `--${authorizationMode.name} has ${once.filter((one) => value.filter((other) => other === one).length > 1).join(' and ')} more than once`,
      consequence: 'kube-apiserver does not start with it; each is taken once',
    })
  return { value: once, origin }
}

function ofProfile(flag: Flag, setUp: ApiserverSetUp, { profile, version }: BuildContext): Sourced<Plain> | null {
  const text = profile.apiserver[flag.name]
  if (isWhole(setUp) || text === undefined || !isInRelease(flag, version)) return null
  const read = readValue(flag, { text, at: { file: '', line: 0 } })
  return read.kind === 'value' ? assumed(read.value.value, `as ${profile.title}`) : null
}

/** Returns the default of a flag that decides what is permitted. For limits and times, onpath's defaults are used. */
function ofRelease(flag: Flag, isKnown: boolean, { version }: BuildContext): Sourced<Plain> | null {
  if (flag.kind.isDecisive !== true || !isInRelease(flag, version) || !Array.isArray(flag.default)) return null
  const value = writtenForm(flag.kind, defaultAt(flag, version))
  if (value === null) return null
  const of = `kube-apiserver ${version.text}`
  return isKnown ? byDefault(value, of) : assumed(value, `the default of ${of}`)
}

/** Flags whose value is a file, and flags that depend on other flags and files. */
const SPECIAL = new Map<Flag, (setUp: ApiserverSetUp, context: BuildContext) => Sourced<Plain> | null>([
  [authorizationMode, authorizers],
  [anonymousAuth, anonymous],
  [enableAdmissionPlugins, plugins],
  [egressSelector, egress],
  [clientCa, clientCaOf],
  [kubeletClientCertificate, clientCertificate],
  // The signer of kubelets' certificates decides it (serving.ts).
  [kubeletCertificateAuthority, () => NOTHING],
])

const NOTHING: Sourced<Plain> = assumed(null, '')

/** Asks for the file of --authorization-config. This flag excludes --authorization-mode. */
function authorizers(setUp: ApiserverSetUp, context: BuildContext): Sourced<Plain> | null {
  const file = setUp.flag('authorization-config')
  if (file === undefined || context.evidence.authorizers.length > 0) return null
  context.note({
    kind: 'unknown',
    at: file.at,
    cause: 'apiserver-files',
    message: 'the file of --authorization-config; Node and RBAC are taken',
    consequence: 'add the file: an authorizer that allows more changes who may do what',
  })
  return assumed(['Node', 'RBAC'], 'the file of --authorization-config is missing')
}

function anonymous(setUp: ApiserverSetUp, context: BuildContext): Sourced<Plain> | null {
  const file = setUp.flag('authentication-config')
  if (file === undefined) return null
  if (context.evidence.authentications.length === 0)
    context.note({
      kind: 'unknown',
      at: file.at,
      cause: 'apiserver-files',
      message: 'the file of --authentication-config; that it says nothing of anonymous requests is taken',
      consequence: 'add the file: it can refuse them, or accept them for some URL paths only',
    })
  return null
}

/** Returns the modelled admission plugins: the enabled ones without the disabled ones. */
function plugins(setUp: ApiserverSetUp, context: BuildContext): Sourced<Plain> | null {
  const enabled = enabledPlugins(setUp, context)
  return enabled === null ? null : withExternalIpRanger(enabled, context.runsOf('kube-apiserver'), context)
}

function enabledPlugins(setUp: ApiserverSetUp, context: BuildContext): Sourced<Plain> | null {
  const disabled = setUp.flags.filter(({ name }) => name === 'disable-admission-plugins')
  const off = new Set(disabled.flatMap(({ value }) => splitList(value ?? '')))
  const value = valueOfFlag(enableAdmissionPlugins, setUp, context)
  if (value === null || !Array.isArray(value.value)) return value
  const kept = value.value.filter((item) => !off.has(String(item)))
  return kept.length < value.value.length ? written(kept, disabled[0].at, 'disabled') : value
}

function egress(setUp: ApiserverSetUp, context: BuildContext): Sourced<Plain> | null {
  const flag = setUp.flag('egress-selector-config-file')
  const { evidence, profile } = context
  if (isAgentTunnelled(setUp, context)) return NOTHING
  const [file] = evidence.egresses
  if (flag === undefined || flag.value === '' || flag.value === null) {
    if (isWhole(setUp) && file !== undefined)
      context.note({
        kind: 'contradiction',
        at: file.origin.kind === 'written' ? file.origin.at : null,
        message: 'an EgressSelectorConfiguration, which no flag --egress-selector-config-file names',
        consequence: 'it has no effect: the apiserver dials nodes directly',
      })
    const isAssumed = !isWhole(setUp) && profile.apiserver['egress-selector-config-file'] !== undefined
    const [off] = evidence.konnectivityOff
    if (isAssumed && off !== undefined)
      context.note({
        kind: 'used',
        at: off.origin.kind === 'written' ? off.origin.at : null,
        message: `the Konnectivity of ${profile.title} is off: the apiserver dials nodes directly`,
      })
    return isAssumed && off === undefined ? assumed('konnectivity', `as ${profile.title}`) : NOTHING
  }
  if (file !== undefined) return file.value === 'none' ? NOTHING : file
  context.note({
    kind: 'unknown',
    at: flag.at,
    cause: 'apiserver-files',
    message: 'the file of --egress-selector-config-file; Konnectivity is taken',
    consequence: 'add the file: with the connection type Direct the apiserver dials nodes itself',
  })
  return written('konnectivity', flag.at, 'the file is missing, assumed')
}

function clientCaOf(setUp: ApiserverSetUp, context: BuildContext): Sourced<Plain> | null {
  const flag = setUp.flag('client-ca-file')
  if (flag?.value) return written('cluster-ca', flag.at)
  if (isWhole(setUp) && setUp.flag('authentication-config') === undefined)
    context.note({
      kind: 'unmodelled',
      at: setUp.run!.at,
      message: 'kube-apiserver has no --client-ca-file, so that it ignores client certificates',
      consequence: 'kubelets and kubectl have certificates here, which are accepted',
    })
  return NOTHING
}

function clientCertificate(setUp: ApiserverSetUp, context: BuildContext): Sourced<Plain> | null {
  const flag = setUp.flag('kubelet-client-certificate')
  if (flag?.value) return refusedClientCertificate(flag.value, context) ?? NOTHING
  if (!isWhole(setUp)) return NOTHING
  const at = flag?.at ?? setUp.placeOf(kubeletClientCertificate.name)
  context.note({
    kind: 'contradiction',
    at,
    message: 'kube-apiserver has no --kubelet-client-certificate, so that it is anonymous to kubelets',
    consequence:
      'logs, exec, attach, port-forward and nodes/proxy fail on kubelets that do not serve everybody; an attacker in the middle can pass on what it sends',
  })
  return written('', at, 'no --kubelet-client-certificate: anonymous to kubelets')
}
