import type { ImportDocument } from './documents.ts'
import type { Evidence } from './evidence.ts'
import type { Excerpt } from './excerpt.ts'

/** Reads one kind of YAML or JSON document. */
export interface DocumentReader {
  /** The content, for users: "static-pod manifests and other pods". */
  readonly reads: string
  /** The values of `kind` in the documents that it reads. A document without a kind is shown to each reader. */
  readonly kinds: readonly string[]
  /** Returns whether it reads a document; absent if it reads each document of these kinds. */
  recognizes?(document: ImportDocument): boolean
  /**
   * Returns whether an object of a list can concern the paths, by a look at its text; absent if each can. Most pods
   * concern nobody, and are not parsed.
   */
  mayConcern?(text: string): boolean
  read(document: ImportDocument, evidence: Evidence): void
  /** The sections that set flags and fields of programs. */
  readonly sections?: readonly SettingsSection[]
}

/** A document, with the name of the ConfigMap that holds it; null if none does. */
export interface HeldDocument extends ImportDocument {
  readonly holder: string | null
}

/** A section of documents from which the command line or configuration of a program is made, so that changes go there. */
export interface SettingsSection {
  readonly program: 'kube-apiserver' | 'kubelet'
  /** The syntax of its settings: flags of the command line, or fields of KubeletConfiguration. */
  readonly takes: 'flags' | 'fields'
  readonly path: readonly string[]
  /**
   * list: `- name=value`; map: `name: value`, or a list of such pairs; lists: `name: [value]`; camel: `theName: value`.
   */
  readonly form: 'list' | 'map' | 'lists' | 'fields' | 'camel'
  /** Returns whether a map is a list of pairs in documents of this version, where nothing is written yet. */
  hasPairs?(document: HeldDocument): boolean
  /** True if it configures all machines, so that a change of some of them is not made there. */
  readonly isForAll?: true
  /** True if only what is written there is changed, and nothing is added. */
  readonly isForPresent?: true
  /** The flags, or first steps of fields, that nobody can set there. Default: none. */
  readonly refuses?: readonly string[]
  /**
   * Finds the texts that are parsed for the section, by their path or what they contain. `^` is the beginning of a line;
   * flags are ignored.
   */
  readonly mark: RegExp
  /** Returns whether a document that the reader recognizes has the section, or may get it. Default: each may. */
  isIn?(document: HeldDocument): boolean
}

/** Reads one kind of text that is neither YAML nor JSON. */
export interface TextReader {
  readonly reads: string
  recognizes(text: Excerpt): boolean
  /** Returns false if there was nothing that concerns a cluster. */
  read(text: Excerpt, evidence: Evidence): boolean
}
