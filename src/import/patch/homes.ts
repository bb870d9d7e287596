import type { SourceText } from '../../scenario/problems/source-text.ts'
import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { isCopy } from '../copies.ts'
import { type ImportDocument, readDocuments } from '../documents.ts'
import { Excerpt } from '../excerpt.ts'
import type { ImportFile } from '../import-file.ts'
import type { HeldDocument, SettingsSection } from '../reader.ts'
import { innerText } from '../readers/config-map.ts'
import { fieldOfFlag } from '../readers/kops.ts'
import { DOCUMENT_READERS, readerOf } from '../readers.ts'
import { entriesAt, textAt } from '../tree-values.ts'
import { addItem, type NamedValue, setField, type Written } from './edit-tree.ts'
import type { TextEdit } from './text-edit.ts'

/** A document of a distribution that determines the command line or configuration of a program. */
export interface Home {
  readonly file: string
  readonly source: SourceText
  /** The section, for human readers: `apiServer.extraArgs`. */
  readonly what: string
  /** The form of its settings: flags of the command line, or fields of KubeletConfiguration. */
  readonly takes: 'flags' | 'fields'
  readonly isForAll: boolean
  /** True if only existing settings are changed there, and none are added. */
  readonly isForPresent: boolean
  /** Returns the edit that sets a flag or field; null if that is not possible. */
  set(name: string, value: Written): TextEdit | null
}

/** The readers of documents with sections for flags and fields. */
const READERS = DOCUMENT_READERS.filter(({ sections }) => sections !== undefined)

/** Words that appear in the path or text of every such document. */
const MARK = new RegExp(READERS.flatMap(({ sections }) => sections!.map(({ mark }) => mark.source)).join('|'), 'm')

/** The kinds of Kubernetes objects that are such documents or contain them. */
const KINDS: readonly string[] = ['ConfigMap', ...READERS.flatMap(({ kinds }) => kinds)]

/** Finds the documents of distributions that configure a program. */
export function homesIn(files: readonly ImportFile[], program: SettingsSection['program']): readonly Home[] {
  const all = files
    .filter(({ path, text }) => !isCopy(path) && (MARK.test(path) || MARK.test(text)))
    .flatMap(({ path, text }) =>
      documentsIn(new Excerpt(path, text, 1)).flatMap((document) =>
        (readerOf(document)?.sections ?? [])
          .filter((section) => section.program === program)
          .map((section) => ({ document, section })),
      ),
    )
  const others = all.filter(({ document, section }) => section.isIn?.(document) === false)
  const found = all.filter((one) => !others.some((other) => other === one || isDropInOf(one, other)))
  return found.filter((one) => isInForce(one, found)).map(({ document, section }) => homeOf(document, section))
}

interface FoundHome {
  readonly document: HeldDocument
  readonly section: SettingsSection
}

/** Returns whether a document is a drop-in for another one, so that both are about the same machine. */
function isDropInOf({ document, section }: FoundHome, other: FoundHome): boolean {
  return section === other.section && section.form === 'list' && folderOf(document) === other.document.text.file
}

/**
 * Returns whether a setting in a document has an effect. Drop-ins of k3s replace whole lists of the main file. So only
 * the last drop-in with a list is changed, or the main file if no drop-in has one.
 */
function isInForce({ document, section }: FoundHome, all: readonly FoundHome[]): boolean {
  if (section.form !== 'list') return true
  const folder = folderOf(document)
  const [key] = section.path
  const isDropIn = (one: ImportDocument) => /\.d\/[^/]*$/.test(one.text.file)
  const own = all.flatMap((one) => (one.section === section && folderOf(one.document) === folder ? [one.document] : []))
  const sorted = own.toSorted(
    (a, b) => Number(isDropIn(a)) - Number(isDropIn(b)) || (a.text.file < b.text.file ? -1 : 1),
  )
  const has = ({ tree }: ImportDocument) => (treeAt(tree, [key]) ?? treeAt(tree, [`${key}+`])) !== undefined
  return document === (sorted.findLast(has) ?? sorted[0])
}

/** Returns the path of the main file that a document belongs to. */
function folderOf({ text }: ImportDocument): string {
  return text.file.replace(/\.d\/[^/]*$/, '')
}

function documentsIn(text: Excerpt): readonly HeldDocument[] {
  const { documents } = readDocuments(text, (kind) => KINDS.includes(kind))
  return documents.flatMap((one) => (one.kind === 'ConfigMap' ? innerDocuments(one.tree) : [{ ...one, holder: null }]))
}

/** Returns the documents in the entries of a ConfigMap. */
function innerDocuments(tree: Tree): readonly HeldDocument[] {
  const holder = textAt(tree, ['metadata', 'name'])
  return entriesAt(tree, ['data']).flatMap(([, entry]) => {
    const text = innerText(entry)
    if (text === null) return []
    return readDocuments(text, () => true).documents.map((one) => ({ ...one, holder }))
  })
}

function homeOf(document: HeldDocument, section: SettingsSection): Home {
  const { tree } = document
  const { path, form, takes, isForPresent, isForAll, refuses } = section
  const { source } = tree.position
  return {
    file: source.file,
    source,
    what: path.length === 0 ? 'KubeletConfiguration' : path.join('.'),
    takes,
    isForAll: isForAll === true,
    isForPresent: isForPresent === true,
    set: (name, value) => {
      if (refuses?.includes(takes === 'fields' ? name.split('.')[0] : name) === true) return null
      if (isForPresent === true && treeAt(tree, [...path, name]) === undefined) return null
      if (form === 'fields') return setField(tree, [...path, ...name.split('.')], value)
      if (form === 'camel') {
        const field = [...path, fieldOfFlag(name)]
        return setField(tree, field, plainValue(String(value), treeAt(tree, field)))
      }
      if (form === 'lists') return setField(tree, [...path, name], String(value).split(','))
      return form === 'list'
        ? setArgument(tree, path, name, String(value))
        : setExtraArg(tree, path, { name, value: String(value) }, section.hasPairs?.(document) === true)
    },
  }
}

/**
 * Returns a flag's value as the value of a field: a boolean, a list, or a text. It is a list if the field had one
 * before, or if the text has several items.
 */
function plainValue(text: string, before: Tree | undefined): Written {
  if (text === 'true' || text === 'false') return text === 'true'
  return before?.kind === 'list' || text.includes(',') ? text.split(',') : text
}

/** Sets `- name=value` in a list of arguments. */
function setArgument(tree: Tree, path: readonly string[], name: string, value: string): TextEdit | null {
  const list = treeAt(tree, path) ?? treeAt(tree, [`${path[0]}+`])
  const argument = `${name}=${value}`
  if (list === undefined) return setField(tree, path, [argument])
  const items = list.kind === 'list' ? list.items : [list]
  const found = items.findLast((item) => textAt(item, [])?.replace(/^--/, '').split('=')[0] === name)
  if (found !== undefined) {
    const { start, end, source } = found.position
    return { start, end: start + source.text.slice(start, end).trimEnd().length, text: JSON.stringify(argument) }
  }
  return list.kind === 'list' ? addItem(list, argument) : setField(tree, path, [textAt(list, []) ?? '', argument])
}

/** Sets an extra argument of kubeadm, k0s or Talos: an entry of a map, or an item with name and value. */
function setExtraArg(tree: Tree, path: readonly string[], argument: NamedValue, hasPairs: boolean): TextEdit | null {
  const found = treeAt(tree, path)
  const { name, value } = argument
  const isEmpty = found === undefined || (found.kind === 'scalar' && found.value === null)
  if (hasPairs && (isEmpty || (found.kind !== 'scalar' && sizeOf(found) === 0))) return setField(tree, path, [argument])
  if (found?.kind !== 'list') return setField(tree, [...path, name], value)
  const item = found.items.findLast((one) => textAt(one, ['name']) === name)
  if (item !== undefined) return setField(item, ['value'], value)
  const [first] = found.items
  if (first === undefined || first.kind !== 'map') return null
  const { start, source } = first.position
  if (source.text[start] === '{')
    return { start, end: start, text: `{ name: ${name}, value: ${JSON.stringify(value)} }, ` }
  const lineStart = source.text.lastIndexOf('\n', start - 1) + 1
  const prefix = source.text.slice(lineStart, start)
  const indent = prefix.replace(/[^\t]/g, ' ')
  return { start, end: start, text: `name: ${name}\n${indent}value: ${JSON.stringify(value)}\n${prefix}` }
}

function sizeOf(tree: Exclude<Tree, { readonly kind: 'scalar' }>): number {
  return tree.kind === 'list' ? tree.items.length : tree.entries.size
}
