import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { Problem } from '../../scenario/problems/problem.ts'
import { remedyOf } from './remedy.ts'
import type { Schema } from './scenario-schema.ts'

/** An editor of a scenario. */
export interface Editor {
  /** Takes a text that somebody else has changed, and keeps the cursor. */
  setText(text: string): void
  setProblems(problems: readonly Problem[]): void
  close(): void
}

/** Marks changes that did not come from the keyboard. */
const fromOutside = Annotation.define<true>()

/** The time after the last key before a text is read, in milliseconds. */
const PAUSE_MS = 150

/**
 * Opens an editor in a shadow root, in which CodeMirror adopts style sheets: the policy of the page allows no style
 * elements.
 */
export function openEditor(host: HTMLElement, text: string, take: (text: string) => void): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  let timer: ReturnType<typeof setTimeout> | undefined
  const help = new Compartment()
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        yaml(),
        syntaxHighlighting(COLORS),
        lintGutter(),
        keymap.of([...lintKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ 'aria-label': 'Scenario, in YAML' }),
        THEME,
        help.of([]),
        EditorView.updateListener.of((update) => {
          const isTyped = update.transactions.some((one) => one.docChanged && one.annotation(fromOutside) === undefined)
          if (!isTyped) return
          clearTimeout(timer)
          timer = setTimeout(() => take(view.state.doc.toString()), PAUSE_MS)
        }),
      ],
    }),
  })
  const addHelp = () => void loadHelp().then((extension) => view.dispatch({ effects: help.reconfigure(extension) }))
  for (const sign of ['focusin', 'pointerenter']) host.addEventListener(sign, addHelp, { once: true })
  return {
    setText(next) {
      const change = changeBetween(view.state.doc.toString(), next)
      if (change === null || (timer !== undefined && next === text)) return
      view.dispatch({ changes: change, annotations: fromOutside.of(true) })
    },
    setProblems(problems) {
      view.dispatch(setDiagnostics(view.state, diagnosticsOf(problems, view)))
    },
    close() {
      clearTimeout(timer)
      view.destroy()
    },
  }
}

/** Loads completion and the schema, when somebody begins to use the editor. */
async function loadHelp(): Promise<Extension> {
  const script = new URL('./schema.js', import.meta.url).href
  const [{ helpBy }, { SCHEMA }]: [typeof import('./help.ts'), { readonly SCHEMA: Schema }] = await Promise.all([
    import('./help.ts'),
    import(/* @vite-ignore */ script),
  ])
  return helpBy(SCHEMA)
}

/** Returns the smallest change that makes one text of another; null where they are equal. */
function changeBetween(before: string, after: string): { from: number; to: number; insert: string } | null {
  if (before === after) return null
  let start = 0
  while (start < before.length && before[start] === after[start]) start++
  let end = 0
  const most = Math.min(before.length, after.length) - start
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) }
}

function diagnosticsOf(problems: readonly Problem[], { state }: EditorView): Diagnostic[] {
  return problems.flatMap((problem): Diagnostic[] => {
    const { line, column, endColumn = column + 1, message, hint, severity } = problem
    if (line < 1 || line > state.doc.lines) return []
    const { from, to } = state.doc.line(line)
    const start = Math.min(from + column - 1, to)
    const end = Math.min(from + endColumn - 1, to)
    const remedy = remedyOf(problem)
    return [
      {
        from: start,
        to: end,
        severity: severity === 'warning' ? 'warning' : 'error',
        message: hint === undefined ? message : `${message}\n${hint}`,
        ...(remedy === null
          ? {}
          : {
              actions: [
                {
                  name: `Write ${remedy}`,
                  apply: (view, at, until) => view.dispatch({ changes: { from: at, to: until, insert: remedy } }),
                },
              ],
            }),
      },
    ]
  })
}

const COLORS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--link)' },
  { tag: tags.comment, color: 'var(--muted)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: [tags.number, tags.bool], color: 'var(--good)' },
])

const THEME = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--paper)', fontSize: '13px', maxHeight: '420px' },
  '.cm-scroller': { fontFamily: 'ui-monospace, Menlo, Consolas, monospace', overflow: 'auto' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--muted)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'var(--panel)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused': { outline: '3px solid var(--link)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--seen-paper)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--panel)', color: 'var(--ink)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--link)', color: 'var(--paper)' },
  '.cm-explanation': { maxWidth: '360px', padding: '4px 8px' },
  '.cm-explanation p': { margin: '2px 0 0' },
  '.cm-diagnosticAction': { backgroundColor: 'var(--link)', color: 'var(--paper)' },
})
