import type { DecidingFlag } from '../../attack/techniques/technique.ts'
import { TECHNIQUES } from '../../attack/techniques.ts'
import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import { type Flag, type Flags, flagsOf } from '../../cluster/flags/flag.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import { isBetween } from '../../cluster/paths/path-kinds.ts'
import { namesOf } from '../../engine/registry.ts'
import { sourceOf } from '../../import/imported-from.ts'
import type { Cause } from '../../measure/check.ts'
import {
  kubeletSectionOf,
  type WrittenProgram,
  writingsOf,
  writtenKubelet,
  writtenPrograms,
} from '../../scenario/configuration/written-flags.ts'
import { type ClusterSection, clusterSchema } from '../../scenario/schema/cluster.ts'
import { plainOf, positionAt, type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterBlueprint } from '../../simulation/blueprint-cluster.ts'

/** A setting of the cluster that leaves a path open. */
export interface WeakSetting extends Cause {
  readonly path: string
}

/** A program at one end of a path, with its effective settings and their written sources. */
interface SetUp {
  readonly program: 'kube-apiserver' | 'kubelet'
  readonly flags: Flags
  readonly written: WrittenProgram
  readonly configuration: Readonly<Record<string, unknown>>
}

/** Finds the settings of a scenario's cluster that leave paths open. They explain verdicts, and do not decide them. */
export class Settings {
  readonly #cluster: ClusterBlueprint | null
  readonly #paths: readonly PathBlueprint[]
  readonly #tree: Tree
  readonly #section: ClusterSection | null

  constructor({ cluster, paths }: Pick<Blueprint, 'cluster' | 'paths'>, tree: Tree) {
    this.#cluster = cluster
    this.#paths = paths
    this.#tree = tree
    const stanza = treeAt(tree, ['cluster'])
    const parsed = stanza === undefined ? null : clusterSchema.safeParse(plainOf(stanza))
    this.#section = parsed?.success === true ? parsed.data : null
  }

  /** Lists the settings that leave the paths between apiserver and kubelets open, by declared path. */
  weakSettings(): readonly WeakSetting[] {
    const found = this.#paths
      .filter(({ kind }) => isBetween(kind, 'apiserver', 'kubelet'))
      .flatMap((path) =>
        this.#setUpsOf(path).flatMap((setUp) =>
          flagsOf(setUp.flags).flatMap(([, flag]) =>
            DECIDING.has(flag) ? this.#weaknessOf(flag, undefined, setUp, path) : [],
          ),
        ),
      )
    return distinct(found)
  }

  /** Lists the settings that open the ports of kubelets to everybody who reaches them, on any path. */
  ofKubelets(): readonly Cause[] {
    const found = (this.#cluster?.nodes ?? []).flatMap(({ name }) =>
      this.#setUpsOf({ to: name })
        .filter(({ program }) => program === 'kubelet')
        .flatMap((setUp) =>
          flagsOf(setUp.flags).flatMap(([, flag]) =>
            DECIDING.has(flag) ? this.#weaknessOf(flag, undefined, setUp, { declared: '' }) : [],
          ),
        ),
    )
    return distinct(found)
  }

  /** Returns the weakness of a flag's value on a path, with the line that sets it. */
  weaknessOf(flag: Flag, about: string | undefined, declared: string): readonly (WeakSetting & { value: unknown })[] {
    const found = this.#paths
      .filter((path) => path.declared === declared)
      .flatMap((path) => this.#setUpsOf(path).flatMap((setUp) => this.#weaknessOf(flag, about, setUp, path)))
    return distinct(found)
  }

  #setUpsOf({ to }: Pick<PathBlueprint, 'to'>): readonly SetUp[] {
    const [cluster, section] = [this.#cluster, this.#section]
    if (cluster === null || section === null) return []
    const apiserver: SetUp = {
      program: 'kube-apiserver',
      flags: APISERVER_FLAGS,
      written: writtenPrograms(section).apiserver,
      configuration: cluster.apiserver.configuration,
    }
    const node = cluster.nodes.find(({ name }) => name === to)
    if (node === undefined) return [apiserver]
    const written = writtenKubelet(kubeletSectionOf(section, node.pool))
    return [apiserver, { program: 'kubelet', flags: KUBELET_FIELDS, written, configuration: node.kubelet }]
  }

  #weaknessOf(flag: Flag, about: string | undefined, setUp: SetUp, { declared }: Pick<PathBlueprint, 'declared'>) {
    const { program, flags, written, configuration } = setUp
    const own = flagsOf(flags).find(([, one]) => one === flag)
    if (own === undefined) return []
    const value = configuration[own[0]]
    const what = flag.weakness?.(value, about) ?? null
    if (what === null) return []
    const [writing] = writingsOf(flag, written)
    const source =
      writing === undefined
        ? { from: `a default: ${flag.name} is not set`, at: null }
        : sourceOf(positionAt(this.#tree, writing.path))
    return [
      {
        path: declared,
        what,
        ...source,
        flag: { program, name: flag.name, about: about ?? null },
        permission: null,
        value,
      },
    ]
  }
}

/** The flags that decide the success of attackers on paths to kubelets. */
const DECIDING = new Set(namesOf(TECHNIQUES).flatMap((name) => decidersOf(TECHNIQUES[name].decidedBy?.kubelet)))

function decidersOf(flags: readonly DecidingFlag[] = []): readonly Flag[] {
  return flags.map(({ flag }) => flag)
}

function distinct<T>(list: readonly T[]): readonly T[] {
  return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()]
}
