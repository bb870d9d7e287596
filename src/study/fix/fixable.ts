import { importCluster } from '../../import/import-cluster.ts'
import type { ImportFile } from '../../import/import-file.ts'
import { IMPORT_MARK } from '../../import/imported-from.ts'
import { setField } from '../../import/patch/edit-tree.ts'
import { type ClusterChange, patchCluster } from '../../import/patch/patch-cluster.ts'
import { applyEdits } from '../../import/patch/text-edit.ts'
import type { ScenarioSource } from '../../scenario/load.ts'
import { SourceText } from '../../scenario/problems/source-text.ts'
import { parseYamlTree } from '../../scenario/tree/yaml-tree.ts'
import { checkArgument, FUNCTION } from '../../simulation/given/check-given.ts'
import type { Subject } from '../check/subject.ts'
import { SUBJECT } from '../given.ts'
import { assignmentsOf } from './apply-changes.ts'
import type { Change } from './change.ts'
import type { ClusterSetUp } from './cluster-set-up.ts'

/** A subject that can be changed: a scenario file, or the files of a real cluster. */
export interface Fixable {
  readonly by: 'import' | 'scenario'
  readonly source: ScenarioSource
  /** The imported files, with their texts. */
  readonly files: readonly ImportFile[]
  /** The nodes and apiservers without imported files. */
  readonly unseen: readonly string[]
  /** Returns the files with changes, and the scenario that results from them. */
  patch(changes: readonly Change[], setUp: ClusterSetUp): Patched
  /** Returns the only party that can make a change; null if the reader can make it. */
  whoCan(change: Change): string | null
}

export interface Patched {
  readonly files: readonly ImportFile[]
  /** The scenario of the changed files. */
  readonly source: ScenarioSource
  readonly places: readonly (readonly { readonly file: string | null; readonly what: string }[])[]
  readonly byHand: readonly string[]
  /** The changes that cannot be made in any of the files. */
  readonly unmade: readonly Change[]
}

/**
 * Returns the changeable form of a check's subject.
 * @param newFile returns the path of a file to create; by default it is next to the first file
 */
export function fixableOf(subject: Subject, newFile?: (name: string) => string): Fixable {
  checkArgument('subject of fixableOf', subject, SUBJECT)
  checkArgument('newFile of fixableOf', newFile ?? String, FUNCTION)
  const { source, imported } = subject
  if (imported === null) return scenarioFixable(source)
  const [{ path }] = imported.files
  const beside = (name: string) => `${path.slice(0, path.lastIndexOf('/') + 1)}${name}`
  return importFixable(source.file, imported, newFile ?? beside)
}

/** Returns the changeable form of a scenario file. Its bases stay unchanged. */
export function scenarioFixable(source: ScenarioSource): Fixable {
  const isImported = source.text.startsWith(IMPORT_MARK)
  return {
    by: 'scenario',
    source,
    files: [{ path: source.file, text: source.text }],
    unseen: [],
    whoCan: () => null,
    patch(changes, setUp) {
      let { text } = source
      const byHand: string[] = []
      for (const { path, value } of assignmentsOf(changes, setUp)) {
        const own = new SourceText(source.file, text)
        // The text was checked, and each edit keeps it valid YAML.
        const edit = setField(parseYamlTree(own).tree!, path, value)
        if (edit === null) byHand.push(`${source.file}: ${path.join('.')}: ${String(value)}`)
        else text = applyEdits(own.text, [edit])
      }
      if (isImported)
        byHand.push(
          `the files from which ${source.file} was imported: name their folder in place of it, and they are changed too`,
        )
      const files = [{ path: source.file, text }]
      const places = changes.map((change) =>
        assignmentsOf([change], setUp).map(({ path, value }) => ({
          file: source.file,
          what: `${path.join('.')}: ${String(value)}`,
        })),
      )
      return { files, source: { ...source, text }, places, byHand, unmade: [] }
    },
  }
}

/** Returns the changeable form of the files of a real cluster. */
export function importFixable(
  name: string,
  { files, options, hiddenBy, pools, unseen, text }: NonNullable<Subject['imported']>,
  newFile: (name: string) => string,
): Fixable {
  return {
    by: 'import',
    source: { file: name, text },
    files,
    unseen,
    whoCan: ({ program }) => (program === 'kube-apiserver' ? hiddenBy : null),
    patch(changes) {
      const wanted = changes.map((change): ClusterChange => {
        if (change.kind !== 'flag') return { kind: change.kind }
        return { ...change, pools: change.places.flatMap((place) => place.pools) }
      })
      const inPools = { ...options, pools }
      const patched = patchCluster(files, wanted, inPools, newFile)
      const source = { file: name, text: importCluster(patched.expected, inPools).text }
      const unmade = changes.filter((_, i) => patched.edits[i] === 0)
      return { files: patched.files, source, places: patched.places, byHand: patched.byHand, unmade }
    },
  }
}
