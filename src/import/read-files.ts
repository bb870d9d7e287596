import type { FoundProblem } from '../scenario/problems/problem.ts'
import { nameIn } from './copies.ts'
import { type ImportDocument, readDocuments } from './documents.ts'
import { Evidence } from './evidence.ts'
import { Excerpt } from './excerpt.ts'
import type { ImportFile } from './import-file.ts'
import type { ListLack } from './list-items.ts'
import { placeOf } from './origin.ts'
import { noteKeys, pemReader } from './readers/pem.ts'
import { hasCommand } from './readers/process-list.ts'
import { DOCUMENT_READERS, readerOf, TEXT_READERS } from './readers.ts'
import type { Note } from './report/note.ts'

/** Called with the number of characters read since the last call. */
export type OnRead = (characters: number) => void

/**
 * Reads all files. Each is read by the readers that recognize its content. It never throws because of a file's content.
 */
export function readFiles(files: readonly ImportFile[], onRead?: OnRead): Evidence {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const paths = sorted.map(({ path }) => path)
  const evidence = new Evidence(paths, (text, own) => readText(text, own, onRead))
  for (const { path, text } of sorted) {
    const at = { file: path, line: 1 }
    if (isBinary(text)) evidence.note({ kind: 'irrelevant', at, message: 'a binary file, which is not read' })
    else if (isDocumentation(path))
      evidence.note({ kind: 'irrelevant', at, message: 'a text for people, by its name, which is not read' })
    else if (text.trim() === '') evidence.note({ kind: 'irrelevant', at, message: 'the file is empty' })
    else readText(new Excerpt(path, text, 1), evidence, onRead)
  }
  return evidence
}

/** Returns whether a file is documentation, by its name. Examples in it belong to no cluster. */
function isDocumentation(path: string): boolean {
  return /\.(?:md|markdown|rst|adoc|asciidoc|org|tex|html?)$|^(?:readme|changelog|license)(?:\.\w+)?$/i.test(
    nameIn(path),
  )
}

/**
 * Returns whether a text is binary. A command line in /proc has a NUL after each word, but no other binary characters.
 */
export function isBinary(text: string): boolean {
  const head = text.slice(0, 8192)
  const strange = Array.from(head).filter(isStrange).length
  return strange > head.length / 50 || (head.includes('\0') && /[^ -~\0]/.test(head))
}

/**
 * Returns whether a character does not belong in a text: most control characters, and replacements of invalid UTF-8.
 */
function isStrange(character: string): boolean {
  return (character < ' ' && !'\0\t\n\v\f\r\u001b'.includes(character)) || character === '\ufffd'
}

function readText(text: Excerpt, evidence: Evidence, onRead?: OnRead): void {
  // A configuration such as RKE's can contain the key for reaching its nodes.
  const hasKeys = pemReader.recognizes(text) && !looksLikeDocuments(text.text) && hasKnownDocument(text)
  if (hasKeys) noteKeys(text, evidence)
  const isOfDocuments = hasKeys || looksLikeDocuments(text.text)
  const reader = isOfDocuments ? undefined : TEXT_READERS.find((one) => one.recognizes(text))
  if (reader?.read(text, evidence) === true) return
  if (reader !== undefined || !mayBeDocuments(text.text)) {
    const at = { file: text.file, line: text.positionOf(0).line }
    if (hasCommand(text.text))
      evidence.note({
        kind: 'unread',
        at,
        message: 'it names commands of Kubernetes, but is no list of processes',
        consequence: 'if some of it shows what runs, put what `ps -ef` prints into a file of its own',
      })
    else evidence.note({ kind: 'irrelevant', at, message: 'nothing in it concerns the paths' })
  } else readAllDocuments(text, evidence, onRead)
}

/**
 * Returns whether a text is certainly YAML or JSON of Kubernetes. Such a text can contain certificates and command
 * lines.
 */
export function looksLikeDocuments(text: string): boolean {
  // Node user data has several parts, and a line of a journal can be JSON (`journalctl -o json`).
  if (/^(?:mime-version|content-type)\s*:/im.test(text.slice(0, 2000)) || /^\{.*"MESSAGE"\s*:/.test(text)) return false
  if (/^write_files:/m.test(text)) return true
  return /^["']?(apiVersion|kind)["']?\s*:/m.test(text) || /^\s*\[?\s*\{\s*"/.test(text) ? !isAbac(text) : false
}

function isAbac(text: string): boolean {
  return /^\{.*"abac\.authorization\.kubernetes\.io\//m.test(text)
}

/** Returns whether a text may be YAML: one of its lines is a key. */
function mayBeDocuments(text: string): boolean {
  return /^\s*(- )?["']?[\w./-]+\+?["']?\s*:(\s|$)/m.test(text) || /^\s*[[{]/.test(text)
}

/** Returns whether a text has a document that a reader recognizes without a kind, such as a configuration of k3s. */
export function hasKnownDocument(text: Excerpt): boolean {
  return (
    mayBeDocuments(text.text) &&
    readDocuments(text, isWanted).documents.some((document) =>
      DOCUMENT_READERS.some(({ recognizes }) => document.kind === '' && recognizes?.(document) === true),
    )
  )
}

function isWanted(kind: string, text: string): boolean {
  return DOCUMENT_READERS.some(
    ({ kinds, mayConcern }) =>
      kinds.some((one) => kind === `${one}List`) ||
      (kinds.includes(kind) && (mayConcern === undefined || mayConcern(text))),
  )
}

/** Returns whether an object of a list is wanted, and like no object of it before. */
function firstWanted(): (kind: string, text: string) => boolean {
  const known = new Set<string>()
  return (kind, text) => {
    if (!isWanted(kind, text)) return false
    const alike = DOCUMENT_READERS.find(({ kinds }) => kinds.includes(kind))?.alikeOf?.(text) ?? null
    if (alike === null) return true
    const isNew = !known.has(alike)
    known.add(alike)
    return isNew
  }
}

function readAllDocuments(text: Excerpt, evidence: Evidence, onRead?: OnRead): void {
  const { documents, skipped, problems, lacks } = readDocuments(text, firstWanted(), onRead)
  for (const document of documents) readDocument(document, evidence)
  for (const [kind, count] of skipped) {
    const at = { file: text.file, line: text.positionOf(0).line }
    evidence.note({ kind: 'irrelevant', at, message: `${count} ${count === 1 ? 'object' : 'objects'} of kind ${kind}` })
  }
  for (const problem of problems) evidence.note(noteOf(problem))
  for (const lack of lacks) evidence.note(noteOfLack(lack, text.file))
}

function noteOfLack({ why, missing, line }: ListLack & { readonly line: number }, file: string): Note {
  const count = missing === null ? 'more objects' : `${missing} more ${missing === 1 ? 'object' : 'objects'}`
  return {
    kind: 'unread',
    at: { file, line },
    cause: 'unread-file',
    message:
      why === 'cut'
        ? 'the file ends within a list: the last object can be a part of one, and all that followed are missing'
        : `the list is a part: the apiserver has ${count} (metadata.continue)`,
    consequence: 'what is missing counts as absent here: print the whole list, with kubectl get and without limits',
  }
}

function readDocument(document: ImportDocument, evidence: Evidence): void {
  const { tree, kind, apiVersion } = document
  const reader = readerOf(document)
  if (reader?.mayConcern?.(document.text.text) === false) {
    evidence.note({ kind: 'irrelevant', at: placeOf(tree.position), message: `1 object of kind ${kind}` })
    return
  }
  if (reader !== undefined) {
    reader.read(document, evidence)
    return
  }
  const what = kind === '' ? 'a document that is no object of Kubernetes' : `${apiVersion} ${kind}`.trim()
  evidence.note({ kind: 'irrelevant', at: placeOf(tree.position), message: what })
}

/** The descriptions of YAML problems. The text itself is not shown, because it can contain a secret. */
const YAML_PROBLEMS: Readonly<Record<string, string>> = {
  'duplicate-key': 'a key occurs twice in one map, and the last one holds, as for Kubernetes',
  'too-large': 'it is too large or nested too deep',
  'yaml-feature': 'it uses a feature of YAML that is not read here, such as a tag',
}

function noteOf({ file, line, code }: FoundProblem): Note {
  const message = YAML_PROBLEMS[code] ?? 'it is not valid YAML here, so this document is left out'
  // Of two equal keys the last one holds, so nothing of the document is missing.
  return {
    kind: 'unread',
    at: { file, line },
    message,
    ...(code === 'duplicate-key' ? {} : { cause: 'unread-file' }),
  }
}
