import type { ImportFile } from '../import/import-file.ts'
import * as state from './state.ts'

/** The files that `onpath ui` was started with. */
export interface Opened {
  readonly files: readonly ImportFile[]
  readonly canSave: boolean
}

/** The policy of the document says whether `onpath ui` serves it. */
function isServedByUi(): boolean {
  const policy = document.querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy"]')
  return policy?.content.includes("connect-src 'self'") === true
}

/** Returns what `onpath ui` was started with; null where it does not serve the page, or has no files. */
export async function readServed(): Promise<Opened | null> {
  if (!isServedByUi()) return null
  const response = await fetch('opened')
  const opened = (await response.json()) as Opened
  return opened.files.length === 0 ? null : opened
}

/** Writes the text back to the file. */
export async function saveServed(): Promise<void> {
  const response = await fetch('save', { method: 'POST', body: state.text.value })
  state.notice.value = response.ok ? `${state.savedFile.value} is saved.` : `It was not saved: ${await response.text()}`
}
