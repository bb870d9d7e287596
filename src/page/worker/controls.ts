import type { Flag } from '../../cluster/flags/flag.ts'
import { NEWEST_MINOR, OLDEST_MINOR } from '../../cluster/versions/kubernetes-version.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import { SourceText } from '../../scenario/problems/source-text.ts'
import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { parseYamlTree } from '../../scenario/tree/yaml-tree.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import { assignmentsOf } from '../../study/fix/apply-changes.ts'
import { candidatesFor } from '../../study/fix/candidates.ts'
import { CERTIFICATES, type Change } from '../../study/fix/change.ts'
import { changeText } from '../../study/fix/change-text.ts'
import { type ClusterSetUp, setUpOf } from '../../study/fix/cluster-set-up.ts'
import type { ControlsView, FlagControl, LinkControl } from '../protocol.ts'

/** Returns what sliders and switches can change in a scenario. */
export function viewControls(loaded: LoadedScenario, text: string): ControlsView {
  const { blueprint } = loaded.scenario
  const setUp = setUpOf(loaded)
  return {
    links: linkControls(blueprint),
    flags: setUp === null ? [] : [...flagsInText(text), ...closingFlags(setUp)],
    version: setUp === null ? null : { minor: setUp.version.minor, oldest: OLDEST_MINOR, newest: NEWEST_MINOR },
    tunnel: setUp === null ? null : tunnelOf(blueprint),
  }
}

function linkControls({ links, segments }: Blueprint): readonly LinkControl[] {
  return [
    ...links.map(({ name, forward }) => ({ section: 'links' as const, name, ...figuresOf(forward) })),
    ...segments.map(({ name, options }) => ({ section: 'segments' as const, name, ...figuresOf(options) })),
  ]
}

function figuresOf({ delayNs, lossRatio, rateBps }: Blueprint['links'][number]['forward']) {
  return { delayNs, lossRatio, rateBps }
}

/** The tunnel of the paths of the apiserver; `none` where they have none. */
function tunnelOf({ paths }: Blueprint): NonNullable<ControlsView['tunnel']> {
  return paths.find(({ tunnel }) => tunnel !== null)?.tunnel?.kind ?? 'none'
}

/** The sections of a cluster whose values are flags, each with the way in which a label begins. */
const SECTIONS = [
  { path: ['cluster', 'apiserver', 'flags'], program: 'kube-apiserver', prefix: '--', joint: '=' },
  { path: ['cluster', 'kubelet', 'config'], program: 'kubelets', prefix: '', joint: ': ' },
] as const

const CERTIFICATE_PATH = ['cluster', 'kubelet', 'server-certificate']

/** Returns a switch for each flag that the text itself sets, which takes it away. */
function flagsInText(text: string): readonly FlagControl[] {
  const { tree } = parseYamlTree(new SourceText('scenario', text))
  if (tree === null) return []
  const flags = SECTIONS.flatMap(({ path, program, prefix, joint }) => {
    const section = treeAt(tree, path)
    return section === undefined
      ? []
      : leavesOf(section).map(
          ({ path: own, value }): FlagControl => ({
            label: `${prefix}${own.join('.')}${joint}${value}`,
            program,
            isOn: true,
            edits: [{ kind: 'remove', path: [...path, ...own] }],
          }),
        )
  })
  const certificate = treeAt(tree, CERTIFICATE_PATH)
  return certificate?.kind !== 'scalar'
    ? flags
    : [
        ...flags,
        {
          label: `serving certificates: ${String(certificate.value)}`,
          program: 'kubelets',
          isOn: true,
          edits: [{ kind: 'remove', path: CERTIFICATE_PATH }],
        },
      ]
}

function leavesOf(tree: Tree): readonly { readonly path: readonly string[]; readonly value: string }[] {
  if (tree.kind === 'scalar') return [{ path: [], value: String(tree.value) }]
  if (tree.kind === 'list')
    return [
      {
        path: [],
        value: tree.items
          .flatMap(leavesOf)
          .map(({ value }) => value)
          .join(','),
      },
    ]
  return [...tree.entries].flatMap(([key, { tree: inner }]) =>
    leavesOf(inner).map(({ path, value }) => ({ path: [key, ...path], value })),
  )
}

/** Returns a switch for each change that closes something which the values in force leave open. */
function closingFlags(setUp: ClusterSetUp): readonly FlagControl[] {
  const changes = [CERTIFICATES, ...candidatesFor(setUp)].filter(isClosing)
  return changes.flatMap((change): FlagControl[] => {
    const edits = assignmentsOf([change], setUp).map(({ path, value }) => ({
      kind: 'set' as const,
      path: path.map(String),
      value: value as string | number | boolean | readonly string[],
    }))
    if (edits.length === 0) return []
    const [program, ...label] = changeText(change, setUp.kubelets.length).split(': ')
    return change.kind === 'flag'
      ? [{ label: label.join(': ').replace(/, and a restart.*$/, ''), program, isOn: false, edits }]
      : [{ label: 'serving certificates: issued', program: 'kubelets', isOn: false, edits }]
  })
}

function isClosing(change: Change): boolean {
  if (change.kind !== 'flag') return change === CERTIFICATES
  const { flag, places, value } = change
  return places.some(({ before }) => weaknessOf(flag, before) !== null && weaknessOf(flag, value) === null)
}

function weaknessOf(flag: Flag, value: unknown): string | null {
  const { list } = flag.kind
  if (list === undefined) return flag.weakness?.(value) ?? null
  return list.items.map((about) => flag.weakness?.(value ?? [], about) ?? null).find((one) => one !== null) ?? null
}
