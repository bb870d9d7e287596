import type { SourceText } from '../../scenario/tree/source-text.ts'
import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { type ImportDocument, readDocuments } from '../documents.ts'
import { Excerpt } from '../excerpt.ts'
import type { ImportFile } from '../import-file.ts'
import { innerText } from '../readers/config-map.ts'
import { K0SCTL_CONFIG, k0sReader } from '../readers/k0s.ts'
import { k3sReader } from '../readers/k3s.ts'
import { fieldOfFlag, kopsReader } from '../readers/kops.ts'
import { kubeadmReader } from '../readers/kubeadm.ts'
import { rkeReader } from '../readers/rke.ts'
import { talosReader } from '../readers/talos.ts'
import { entriesAt, textAt } from '../tree-values.ts'
import { addItem, setField, type Written } from './edit-tree.ts'
import type { TextEdit } from './text-edit.ts'

/** A document of a distribution from which the command line or configuration of a program is made. */
export interface Home {
  readonly file: string
  readonly source: SourceText
  /** The section, for a person: `apiServer.extraArgs`. */
  readonly what: string
  /** The syntax of its settings: flags of the command line, or fields of KubeletConfiguration. */
  readonly takes: 'flags' | 'fields'
  readonly isForAll: boolean
  /** Returns the edit that sets a flag or field; null where that cannot be done. */
  set(name: string, value: Written): TextEdit | null
}

/** A document, with the name of the ConfigMap that holds it; null if none does. */
interface HeldDocument extends ImportDocument {
  readonly holder: string | null
}

interface HomeKind {
  readonly program: 'kube-apiserver' | 'kubelet'
  readonly takes: 'flags' | 'fields'
  readonly path: readonly string[]
  /** list: `- name=value`; map: `name: value`, or a list of such pairs; lists: `name: [value]`; camel: `theName: value`. */
  readonly form: 'list' | 'map' | 'lists' | 'fields' | 'camel'
  /** True if it configures all machines, so that a change of some of them is not made there. */
  readonly isForAll?: true
  /** True if only what is written there is changed, and nothing is added. */
  readonly isForPresent?: true
  recognizes(document: HeldDocument): boolean
}

const HOMES: readonly HomeKind[] = [
  { program: 'kube-apiserver', takes: 'flags', path: ['kube-apiserver-arg'], form: 'list', recognizes: isK3sServer },
  { program: 'kubelet', takes: 'flags', path: ['kubelet-arg'], form: 'list', recognizes: isK3s },
  { program: 'kube-apiserver', takes: 'flags', path: ['spec', 'api', 'extraArgs'], form: 'map', recognizes: isK0s },
  {
    program: 'kube-apiserver',
    takes: 'flags',
    path: [...K0SCTL_CONFIG.map(String), 'spec', 'api', 'extraArgs'],
    form: 'map',
    recognizes: (one) => one.kind === 'Cluster' && k0sReader.recognizes?.(one) === true,
  },
  {
    program: 'kube-apiserver',
    takes: 'flags',
    path: ['spec', 'kubeAPIServer'],
    form: 'camel',
    recognizes: (one) => one.kind === 'Cluster' && kopsReader.recognizes?.(one) === true,
  },
  {
    program: 'kube-apiserver',
    takes: 'flags',
    path: ['apiServer', 'extraArgs'],
    form: 'map',
    recognizes: (one) => one.kind === 'ClusterConfiguration' && kubeadmReader.recognizes?.(one) === true,
  },
  {
    program: 'kube-apiserver',
    takes: 'flags',
    path: ['cluster', 'apiServer', 'extraArgs'],
    form: 'map',
    recognizes: (one) => isTalos(one) && treeAt(one.tree, ['cluster', 'apiServer']) !== undefined,
  },
  {
    program: 'kubelet',
    takes: 'fields',
    path: ['machine', 'kubelet', 'extraConfig'],
    form: 'fields',
    recognizes: (one) => isTalos(one) && treeAt(one.tree, ['machine', 'kubelet']) !== undefined,
  },
  {
    program: 'kube-apiserver',
    takes: 'flags',
    path: ['spec', 'unsupportedConfigOverrides', 'apiServerArguments'],
    form: 'lists',
    recognizes: ({ kind, apiVersion }) => kind === 'KubeAPIServer' && apiVersion.startsWith('operator.openshift.io/'),
  },
  {
    program: 'kube-apiserver',
    takes: 'flags',
    path: ['services', 'kube-api', 'extra_args'],
    form: 'map',
    recognizes: isRke,
  },
  { program: 'kubelet', takes: 'flags', path: ['services', 'kubelet', 'extra_args'], form: 'map', recognizes: isRke },
  // What kubeadm hands out to kubelets.
  {
    program: 'kubelet',
    takes: 'fields',
    path: [],
    form: 'fields',
    isForAll: true,
    recognizes: ({ kind, holder }) => kind === 'KubeletConfiguration' && holder?.startsWith('kubelet-config') === true,
  },
  // A flag overrides the field.
  {
    program: 'kubelet',
    takes: 'flags',
    path: ['machine', 'kubelet', 'extraArgs'],
    form: 'map',
    isForPresent: true,
    recognizes: (one) => isTalos(one) && treeAt(one.tree, ['machine', 'kubelet', 'extraArgs']) !== undefined,
  },
]

function isK3s(document: ImportDocument): boolean {
  return k3sReader.recognizes?.(document) === true
}

/** A configuration of a server: agents have no flags of the apiserver. */
function isK3sServer(document: ImportDocument): boolean {
  return (
    isK3s(document) && (textAt(document.tree, ['server']) === null || treeAt(document.tree, ['tls-san']) !== undefined)
  )
}

function isK0s(document: ImportDocument): boolean {
  return document.kind === 'ClusterConfig' && k0sReader.recognizes?.(document) === true
}

function isRke(document: ImportDocument): boolean {
  return rkeReader.recognizes?.(document) === true
}

function isTalos(document: ImportDocument): boolean {
  return talosReader.recognizes?.(document) === true
}

/** Finds the documents of distributions that configure a program. */
export function homesIn(files: readonly ImportFile[], program: HomeKind['program']): readonly Home[] {
  const kinds = HOMES.filter((one) => one.program === program)
  const found = files
    .filter(({ text }) => MARK.test(text))
    .flatMap(({ path, text }) =>
      documentsIn(new Excerpt(path, text, 1)).flatMap((document) =>
        kinds.filter((kind) => kind.recognizes(document)).map((kind) => ({ document, kind })),
      ),
    )
  return found.filter((one) => isInForce(one, found)).map(({ document, kind }) => homeOf(document, kind))
}

interface FoundHome {
  readonly document: ImportDocument
  readonly kind: HomeKind
}

/**
 * Returns whether a setting in a document has an effect. Drop-ins of k3s replace whole lists of the file before them, so
 * that only the last one with a list is changed, or the file itself if none has it.
 */
function isInForce({ document, kind }: FoundHome, all: readonly FoundHome[]): boolean {
  if (kind.form !== 'list') return true
  const folder = folderOf(document)
  const [key] = kind.path
  const isDropIn = (one: ImportDocument) => /\.d\/[^/]*$/.test(one.text.file)
  const own = all.flatMap((one) => (one.kind === kind && folderOf(one.document) === folder ? [one.document] : []))
  const sorted = own.toSorted(
    (a, b) => Number(isDropIn(a)) - Number(isDropIn(b)) || (a.text.file < b.text.file ? -1 : 1),
  )
  const has = ({ tree }: ImportDocument) => (treeAt(tree, [key]) ?? treeAt(tree, [`${key}+`])) !== undefined
  return document === (sorted.findLast(has) ?? sorted[0])
}

/** Returns the path without the drop-in: that of the file with which a document makes one configuration. */
function folderOf({ text }: ImportDocument): string {
  return text.file.replace(/\.d\/[^/]*$/, '')
}

/** Words of which one is in each of these documents. */
const MARK =
  /extraArgs|kube-apiserver-arg|kubelet-arg|kubeadm\.k8s\.io|k0s(?:ctl)?\.k0sproject\.io|kops\.k8s\.io|operator\.openshift\.io|\bkubelet-config\b|^services:|^machine:|write-kubeconfig-mode|tls-san|^server:|^token:|cluster-init|egress-selector-mode/m

/** The kinds of objects of Kubernetes that are such documents, or hold them. */
const KINDS: readonly string[] = ['ConfigMap', 'ClusterConfig', 'Cluster', 'ClusterConfiguration', 'KubeAPIServer']

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

function homeOf({ tree }: ImportDocument, { path, form, takes, isForPresent, isForAll }: HomeKind): Home {
  const { source } = tree.position
  return {
    file: source.file,
    source,
    what: path.length === 0 ? 'KubeletConfiguration' : path.join('.'),
    takes,
    isForAll: isForAll === true,
    set: (name, value) => {
      if (isForPresent === true && treeAt(tree, [...path, name]) === undefined) return null
      if (form === 'fields') return setField(tree, [...path, ...name.split('.')], value)
      if (form === 'camel') {
        const field = [...path, fieldOfFlag(name)]
        return setField(tree, field, plainValue(String(value), treeAt(tree, field)))
      }
      if (form === 'lists') return setField(tree, [...path, name], String(value).split(','))
      return form === 'list'
        ? setArgument(tree, path, name, String(value))
        : setExtraArg(tree, path, name, String(value))
    },
  }
}

/** Returns the value of a flag as a field has it: a boolean, a list where there is one or are several items, or a text. */
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
function setExtraArg(tree: Tree, path: readonly string[], name: string, value: string): TextEdit | null {
  const found = treeAt(tree, path)
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
