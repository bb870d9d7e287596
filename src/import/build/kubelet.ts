import { defaultAt, type Flag, flagsOf, stateAt } from '../../cluster/flags/flag.ts'
import { clientCa } from '../../cluster/flags/kubelet/authentication-x509-client-ca-file.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import { stepAt } from '../../cluster/versions/version-steps.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { writtenForm } from '../../scenario/schema/flag-text.ts'
import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { assumed, byDefault, placeOf, type Sourced, written } from '../origin.ts'
import { entriesAt, settingsAt, textAt } from '../tree-values.ts'
import type { BuildContext } from './context.ts'
import { isInRelease, noteOfBad, readValue, textOfFlags, type WrittenText } from './flag-values.ts'
import type { KubeletSetUp } from './kubelet-set-ups.ts'
import { meantField, noteOtherFlags } from './other-flags.ts'
import { type Plain, Stanza } from './stanza.ts'

/** Returns the section `kubelet` of a set-up: its fields and flags, and the defaults that decide what is permitted. */
export function kubeletStanza(setUp: KubeletSetUp, context: BuildContext): Stanza {
  const stanza = new Stanza()
  const { flags, record, at, isWhole } = setUp
  if (at !== null) {
    const files = setUp.files.length
    const what = [
      ...(record === null ? [] : [`${flags.length} flags (${record})`]),
      ...(files === 0 ? [] : [`${files} configuration ${files === 1 ? 'file' : 'files'}`]),
    ]
    context.note({ kind: 'used', at, message: `the kubelet${named(setUp)}: ${what.join(', ')}` })
  }
  for (const [, flag] of flagsOf(KUBELET_FIELDS)) {
    if (flag === clientCa) writeClientCa(setUp, stanza, context)
    else writeField(flag, setUp, stanza, context)
  }
  for (const { tree } of setUp.files) {
    noteMisspelt(tree, [], context)
    noteMisplaced(tree, context)
  }
  if (isWhole || flags.length > 0) noteOtherFlags(flags, 'kubelet', KUBELET_FIELDS, context)
  return stanza
}

/** The paths of the fields that matter, and of fields with similar names. */
const FIELD_PATHS: readonly (readonly string[])[] = [
  ...flagsOf(KUBELET_FIELDS).map(([, { name }]) => name),
  'authentication.webhook.cacheTTL',
  'authorization.webhook.cacheUnauthorizedTTL',
  'authorization.webhook.cacheAuthorizedTTL',
  'nodeStatusReportFrequency',
  'tlsCertFile',
  'tlsPrivateKeyFile',
].map((name) => name.split('.'))

/** Reports top-level fields that belong inside another field, such as those of a file with wrong indentation. */
function noteMisplaced(tree: Tree, context: BuildContext): void {
  for (const [key, value] of entriesAt(tree, [])) {
    const meant = FIELD_PATHS.find((path) => path.length > 1 && path.slice(1).includes(key))
    if (meant === undefined || FIELD_PATHS.some(([first]) => first === key)) continue
    context.note({
      kind: 'contradiction',
      at: placeOf(value.position),
      message: `${visible(key)} is no field at the top of KubeletConfiguration; did you mean ${meant.slice(0, meant.indexOf(key) + 1).join('.')}?`,
      consequence: 'the kubelet ignores it with a warning in its log, so that it has no effect',
    })
  }
}

/** Reports fields spelled almost like one that matters. Kubelets ignore them with a warning in their log. */
function noteMisspelt(tree: Tree, path: readonly string[], context: BuildContext): void {
  const inside = FIELD_PATHS.filter((one) => path.every((step, i) => one[i] === step) && one.length > path.length)
  const siblings = [...new Set(inside.map((one) => one[path.length]))]
  for (const [key, value] of entriesAt(tree, [])) {
    const meant = meantField(key, siblings)
    if (meant !== null)
      context.note({
        kind: 'contradiction',
        at: placeOf(value.position),
        message: `${visible(key)} is no field of KubeletConfiguration; did you mean ${[...path, meant].join('.')}?`,
        consequence: 'the kubelet ignores it with a warning in its log, so that it has no effect',
      })
    else if (siblings.includes(key)) noteMisspelt(value, [...path, key], context)
  }
}

function named({ machine }: KubeletSetUp): string {
  return machine === '' ? '' : ` of ${machine}`
}

function writeField(flag: Flag, setUp: KubeletSetUp, stanza: Stanza, context: BuildContext): void {
  const name = flag.also?.name
  const ofFlag = name === undefined ? null : readNoted(flag, `--${name}`, textOfFlags(flag, name, setUp.flags), context)
  if (ofFlag !== null && name !== undefined) {
    stanza.set(['flags', name], ofFlag)
    return
  }
  const place = setUp.hasFile ? ['config', ...flag.name.split('.')] : name === undefined ? null : ['flags', name]
  const value = (setUp.hasFile ? ofFiles(flag, setUp, context) : null) ?? otherwise(flag, setUp, context)
  if (place !== null && value !== null) stanza.set(place, value)
}

/** Returns the effective value of a kubelet's field or flag, written or default; undefined if it is unknown. */
export function valueInForce(setUp: KubeletSetUp, flag: Flag, context: BuildContext): Plain | undefined {
  const stanza = new Stanza()
  writeField(flag, setUp, stanza, context)
  const found =
    stanza.get(['config', ...flag.name.split('.')]) ??
    (flag.also === undefined ? undefined : stanza.get(['flags', flag.also.name]))
  return found?.value
}

function readNoted(flag: Flag, name: string, text: WrittenText | null, context: BuildContext): Sourced<Plain> | null {
  if (text === null) return null
  const read = readValue(flag, text)
  if (read.kind === 'bad') context.note(noteOfBad(read, name, 'the kubelet'))
  return read.kind === 'value' ? read.value : null
}

/** Returns the value of a field in the last file that has it. */
function ofFiles(flag: Flag, { files }: KubeletSetUp, context: BuildContext): Sourced<Plain> | null {
  const path = flag.name.split('.')
  for (const { tree } of files.toReversed()) {
    const found = treeAt(tree, path)
    if (found === undefined) continue
    const text = { text: textAt(tree, path), items: settingsAt(tree, path), at: placeOf(found.position) }
    if (isQuoted(found, flag)) {
      context.note(noteOfBad({ at: text.at, why: 'is a text in quotes' }, flag.name, 'the kubelet'))
      continue
    }
    const value = text.text === null && flag.kind.list === undefined ? null : readNoted(flag, flag.name, text, context)
    if (value !== null) return value
  }
  return null
}

/** Returns whether a boolean or number is quoted. The strict decoder of a kubelet refuses that. */
function isQuoted(value: Tree, { kind }: Flag): boolean {
  return (
    kind.isUnquoted === true &&
    value.kind === 'scalar' &&
    typeof value.value === 'string' &&
    /^["']/.test(textOf(value))
  )
}

function textOf({ position: { source, start, end } }: Tree): string {
  return source.text.slice(start, end)
}

/**
 * Returns the value if neither a flag nor a file has the field: the distribution's value, or the default of the
 * release.
 */
function otherwise(
  flag: Flag,
  { files, isWhole, hasFile, hasLegacyDefaults }: KubeletSetUp,
  context: BuildContext,
): Sourced<Plain> | null {
  const { profile, version } = context
  const text = profile.kubelet[flag.name]
  // Drop-ins alone only add to the configuration of the distribution.
  const isPartial = files.every(({ from }) => from === 'drop-in')
  if (isPartial && !isWhole && text !== undefined && isInRelease(flag, version)) {
    const read = readValue(flag, { text, at: { file: '', line: 0 } })
    if (read.kind === 'value') return assumed(read.value.value, `as ${profile.title}`)
  }
  const isDecisive = flag.kind.isDecisive === true && flag.kind.list === undefined
  const name = hasFile ? flag : flag.also
  if (!isDecisive || name === undefined || stateAt(name, version) !== 'present' || 'provided' in flag.default)
    return null
  const ofFlags = hasLegacyDefaults ? flag.also?.default : undefined
  const value = ofFlags === undefined ? defaultAt(flag, version) : stepAt(ofFlags, version.minor).value
  const form = writtenForm(flag.kind, value)
  const of = hasLegacyDefaults
    ? `kubelet flags ${version.text}, without --config`
    : `KubeletConfiguration ${version.text}`
  return form === null ? null : byDefault(form, of)
}

function writeClientCa(setUp: KubeletSetUp, stanza: Stanza, context: BuildContext): void {
  const flag = setUp.flags.findLast(({ name }) => name === 'client-ca-file')
  const path = clientCa.name.split('.')
  const file = setUp.files.toReversed().find(({ tree }) => textAt(tree, path))
  if (flag?.value) stanza.set(['flags', 'client-ca-file'], written('cluster-ca', flag.at))
  else if (file !== undefined && setUp.hasFile)
    stanza.set(['config', ...path], written('cluster-ca', placeOf(treeAt(file.tree, path)!.position)))
  else if (setUp.isWhole && setUp.at !== null && (setUp.files.length > 0 || !setUp.hasFile))
    context.note({
      kind: 'unmodelled',
      at: setUp.at,
      message: `the kubelet${named(setUp)} has no client CA, so that it ignores client certificates`,
      consequence: 'it accepts those of the cluster here; in reality the apiserver is anonymous to it',
    })
}
