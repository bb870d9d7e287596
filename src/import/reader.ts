import type { ImportDocument } from './documents.ts'
import type { Evidence } from './evidence.ts'
import type { Excerpt } from './excerpt.ts'

/** Reads one kind of YAML or JSON document. */
export interface DocumentReader {
  /** The content, for users: "static-pod manifests and other pods". */
  readonly reads: string
  /** The kinds of Kubernetes that it reads. A document without a kind is shown to each reader. */
  readonly kinds: readonly string[]
  /** Returns whether it reads a document; by default every one of these kinds. */
  recognizes?(document: ImportDocument): boolean
  /**
   * Returns whether an object of a list can concern the paths, by a look at its text; absent if each can. Most pods
   * concern nobody, and are not parsed.
   */
  mayConcern?(text: string): boolean
  read(document: ImportDocument, evidence: Evidence): void
}

/** Reads one kind of text that is neither YAML nor JSON. */
export interface TextReader {
  readonly reads: string
  recognizes(text: Excerpt): boolean
  /** Returns false if there was nothing that concerns a cluster. */
  read(text: Excerpt, evidence: Evidence): boolean
}
