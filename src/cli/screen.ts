import { PLAIN_SCREEN, type Screen } from '../report/screen/screen.ts'
import type { Io } from './io.ts'

/**
 * Returns where standard output goes. What measures and breaks texts takes a tenth of a short run to load, and is
 * loaded for a terminal only.
 */
export async function screenOf({ hasColor, columns }: Io): Promise<Screen> {
  if (columns === null) return { ...PLAIN_SCREEN, hasColor }
  const { terminalText } = await import('./terminal-text.ts')
  return { hasColor, columns, ...terminalText }
}
