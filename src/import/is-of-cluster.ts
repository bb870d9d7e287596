import { Excerpt } from './excerpt.ts'
import { IMPORT_MARK } from './imported-from.ts'
import { hasKnownDocument, looksLikeDocuments } from './read-files.ts'
import { TEXT_READERS } from './readers.ts'

/** A key of a scenario at the beginning of a line. */
const SCENARIO_KEY = /^["']?(?:extends|cluster|hosts|links|paths|workloads|attackers|expect|policy)["']?\s*:/m

/** The version of the scenario format. No file of a cluster has it. */
const SCENARIO_VERSION = /^(?:["']?version["']?\s*:\s*1\s*(?:#|$)|\s*\{[^{}]*"version"\s*:\s*1\b)/m

/**
 * Returns whether a text is a file of a real cluster, such as a manifest or a process list, rather than a scenario.
 */
export function isOfCluster(text: string): boolean {
  if (text.startsWith(IMPORT_MARK) || SCENARIO_VERSION.test(text)) return false
  if (looksLikeDocuments(text)) return true
  if (SCENARIO_KEY.test(text)) return false
  const whole = new Excerpt('', text, 1)
  return TEXT_READERS.some((reader) => reader.recognizes(whole)) || hasKnownDocument(whole)
}
