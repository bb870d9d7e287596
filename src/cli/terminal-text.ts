import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import type { Screen } from '../report/screen/screen.ts'

/** Measures and breaks texts as terminals show them. It is a separate module, because it takes long to load. */
export const terminalText: Pick<Screen, 'widthOf' | 'wrap'> = {
  widthOf: (text) => stringWidth(text),
  wrap: (text, columns) => wrapAnsi(text, columns),
}
