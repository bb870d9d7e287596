import type { Html } from './html.ts'
import { COLORS } from './style.ts'
import { SVG_FIRST_LINES } from './svg-first-lines.ts'

/** Returns a drawing as a separate file, with its colours for light and dark mode, and a background. */
export function svgFile(drawing: Html): string {
  const text = drawing.toString()
  const [head, width, height] = /^<svg [^>]*viewBox="0 0 (\d+) (\d+)"[^>]*>/.exec(text) ?? ['', '0', '0']
  const root = head.replace('<svg ', `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `)
  const style = `<style>${COLORS}svg { font-family: system-ui, "Segoe UI", Roboto, sans-serif; }</style>`
  const background = `<rect width="${width}" height="${height}" fill="var(--paper)"/>`
  return `${SVG_FIRST_LINES}${root}${style}${background}${text.slice(head.length)}\n`
}
