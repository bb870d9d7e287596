import type { ImportDocument } from './documents.ts'
import type { Evidence } from './evidence.ts'
import type { Excerpt } from './excerpt.ts'

/** Reads one kind of YAML or JSON document. */
export interface DocumentReader {
  /** The content that it reads, for users: "static-pod manifests and other pods". */
  readonly reads: string
  /** The values of `kind` that it reads. Documents without a kind are offered to each reader. */
  readonly kinds: readonly string[]
  /** Returns whether it reads a document; absent if it reads every document of these kinds. */
  recognizes?(document: ImportDocument): boolean
  /**
   * Returns whether an object of a list can concern the paths, judged by its text; absent if every object can. Most
   * pods do not, and are not parsed.
   */
  mayConcern?(text: string): boolean
  /**
   * Returns a key that alike objects of a list share, such as the controller of pods; null for an object that is like
   * no other. Of alike objects only the first is parsed.
   */
  alikeOf?(text: string): string | null
  read(document: ImportDocument, evidence: Evidence): void
  /** The sections that set flags and fields of programs. */
  readonly sections?: readonly SettingsSection[]
}

/** A document, with the name of the ConfigMap that contains it; null for none. */
export interface HeldDocument extends ImportDocument {
  readonly holder: string | null
}

/** A section of documents that determines the command line or configuration of a program. Changes are made there. */
export interface SettingsSection {
  readonly program: 'kube-apiserver' | 'kubelet'
  /** The form of its settings: flags of the command line, or fields of KubeletConfiguration. */
  readonly takes: 'flags' | 'fields'
  readonly path: readonly string[]
  /**
   * `list`: `- name=value`. `map`: `name: value`, or a list of such pairs. `lists`: `name: [value]`. `camel`: `theName:
   * value`.
   */
  readonly form: 'list' | 'map' | 'lists' | 'fields' | 'camel'
  /** Returns whether documents of this version use a list of pairs, if the section is empty. */
  hasPairs?(document: HeldDocument): boolean
  /** True if it configures all machines. Changes for some machines only are not made there. */
  readonly isForAll?: true
  /** True if only existing settings are changed there, and none are added. */
  readonly isForPresent?: true
  /** The flags, or first steps of fields, that users cannot set there. Default: none. */
  readonly refuses?: readonly string[]
  /**
   * Finds the texts to parse for the section, by path or content. `^` is the beginning of a line; regular expression
   * flags are ignored.
   */
  readonly mark: RegExp
  /** Returns whether a document that the reader recognizes has the section or may get it. Default: it may. */
  isIn?(document: HeldDocument): boolean
}

/** Reads one kind of text that is neither YAML nor JSON. */
export interface TextReader {
  readonly reads: string
  recognizes(text: Excerpt): boolean
  /** Returns false if the text contains nothing about a cluster. */
  read(text: Excerpt, evidence: Evidence): boolean
}
