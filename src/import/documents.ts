import type { FoundProblem } from '../scenario/problems/problem.ts'
import { scalarAt, type Tree, treeAt } from '../scenario/tree/tree.ts'
import { parseYamlTree } from '../scenario/tree/yaml-tree.ts'
import type { Excerpt } from './excerpt.ts'
import { itemsOf, type ListLack } from './list-items.ts'
import { parsePlainYaml } from './plain-yaml.ts'

/** A YAML or JSON document of a file: one Kubernetes object, or one configuration. */
export interface ImportDocument {
  readonly text: Excerpt
  readonly tree: Tree
  /** The kind and apiVersion; empty if it has none. */
  readonly kind: string
  readonly apiVersion: string
  /** True for the first document of a text, unless it is an item of a list. */
  readonly isFirst: boolean
}

/** The documents of a text. */
export interface Documents {
  readonly documents: readonly ImportDocument[]
  /** The number of objects that no reader reads, by kind. */
  readonly skipped: ReadonlyMap<string, number>
  readonly problems: readonly FoundProblem[]
  /** The incomplete lists, with the line at which their items end. */
  readonly lacks: readonly (ListLack & { readonly line: number })[]
}

/** The most documents of one text. */
const MAX_DOCUMENTS = 100_000

/**
 * Reads the YAML and JSON documents of a text. Lists of objects are split into their items, and unwanted objects are
 * not parsed. Broken documents are reported, and the others are read.
 */
export function readDocuments(
  text: Excerpt,
  isWanted: (kind: string, text: string) => boolean,
  onRead?: (characters: number) => void,
): Documents {
  const documents: ImportDocument[] = []
  const skipped = new Map<string, number>()
  const problems: FoundProblem[] = []
  const lacks: (ListLack & { readonly line: number })[] = []
  for (const [nth, part] of partsOf(text).entries()) {
    const { items, lack } = itemsOf(part)
    const last = items.at(-1)?.text
    if (lack !== null && last !== undefined)
      lacks.push({ ...lack, line: last.positionOf(last.text.trimEnd().length).line })
    for (const { text: own, kind } of items) {
      if (documents.length >= MAX_DOCUMENTS) return { documents, skipped, problems, lacks }
      if (kind !== null && !isWanted(kind, own.text)) {
        skipped.set(kind, (skipped.get(kind) ?? 0) + 1)
        continue
      }
      const plain = parsePlainYaml(own)
      const { tree, problems: found } = plain === null ? parseYamlTree(own) : { tree: plain, problems: [] }
      onRead?.(own.text.length)
      problems.push(...found)
      const isWhole = nth === 0 && items.length === 1 && kind === null
      if (tree !== null) documents.push(...objectsIn(tree, own, kind, isWhole))
    }
  }
  return { documents, skipped, problems, lacks }
}

/** Returns the objects of a parsed document: the document itself, or the items of a list. */
function objectsIn(tree: Tree, text: Excerpt, kindOfItems: string | null, isFirst: boolean): ImportDocument[] {
  if (tree.kind === 'list') return tree.items.flatMap((item) => objectsIn(item, text, kindOfItems, false))
  if (tree.kind !== 'map') return []
  const kind = String(scalarAt(tree, ['kind']) ?? kindOfItems ?? '')
  const items = treeAt(tree, ['items'])
  if (kind.endsWith('List') && items?.kind === 'list') {
    const itemKind = kind.slice(0, -'List'.length)
    return items.items.flatMap((item) => objectsIn(item, text, itemKind === '' ? null : itemKind, false))
  }
  return [{ text, tree, kind, apiVersion: String(scalarAt(tree, ['apiVersion']) ?? ''), isFirst }]
}

/** Splits a text at the markers between YAML documents, which are at the beginning of a line. */
function partsOf(text: Excerpt): Excerpt[] {
  const marks = [...text.text.matchAll(/^(?:---(?=\s|$)|\.\.\.(?=\s*$))/gm)]
  const starts = [0, ...marks.map(({ index, 0: mark }) => index + mark.length)]
  const ends = [...marks.map(({ index }) => index), text.text.length]
  return starts.flatMap((start, i) => {
    const isEmpty = !/^[^\S\n]*[^\s#]/m.test(text.text.slice(start, ends[i]))
    return isEmpty ? [] : [text.part(start, ends[i])]
  })
}
