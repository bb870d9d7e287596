import { PLAIN_SCREEN, type Screen, wrapPlain } from '../report/screen/screen.ts'
import type { Io } from './io.ts'

/**
 * Returns where standard output goes. What measures and breaks texts takes a tenth of a short run to load, and is
 * loaded for a terminal only.
 */
export async function screenOf({ hasColor, columns }: Pick<Io, 'hasColor' | 'columns'>): Promise<Screen> {
  if (columns === null) return { ...PLAIN_SCREEN, hasColor }
  const { terminalText } = await import('./terminal-text.ts')
  return { hasColor, columns, ...terminalText }
}

/**
 * Returns the screen of standard output for tables and surrounding text. Files and pipes have a width too. Commands
 * stay on one line there, so that a program can read them.
 */
export async function tableScreenOf(io: Io): Promise<Screen> {
  const { hasColor, columns, pipeColumns } = io
  if (columns !== null || pipeColumns === null) return screenOf(io)
  return { ...PLAIN_SCREEN, hasColor, columns: pipeColumns, wrap: wrapPlain, keepsCommands: true }
}
