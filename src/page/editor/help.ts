import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import { hoverTooltip } from '@codemirror/view'
import { descriptionAt, keysAt, type Schema, valuesAt } from './scenario-schema.ts'
import { yamlPlaceAt } from './yaml-place.ts'

/** Completes and explains keys and values by the schema of scenarios. */
export function helpBy(schema: Schema): Extension {
  return [
    autocompletion({ override: [(context) => complete(context, schema)], icons: false }),
    hoverTooltip((view, at) => {
      const line = view.state.doc.lineAt(at)
      const [word = ''] = /^[\w./~*-]*/.exec(line.text.slice(at - line.from)) ?? []
      const place = yamlPlaceAt(view.state.doc.toString(), at + word.length)
      const start = at + word.length - place.word.length
      const isKey = /^"?\s*:/.test(line.text.slice(at - line.from + word.length))
      const path = isKey || place.key === null ? [...place.path, place.word] : [...place.path, place.key]
      const text = place.word === '' ? '' : descriptionAt(schema, path)
      return text === ''
        ? null
        : { pos: start, end: at + word.length, create: () => ({ dom: explanation(path, text) }) }
    }),
  ]
}

function explanation(path: readonly string[], text: string): HTMLElement {
  const dom = document.createElement('div')
  dom.className = 'cm-explanation'
  const title = document.createElement('b')
  title.textContent = path.join('.').replaceAll('.[]', '[]')
  const body = document.createElement('p')
  body.textContent = text
  dom.append(title, body)
  return dom
}

function complete(context: CompletionContext, schema: Schema): CompletionResult | null {
  const { key, path, word, others } = yamlPlaceAt(context.state.doc.toString(), context.pos)
  if (word === '' && !context.explicit) return null
  const options =
    key === null
      ? [...keyOptions(schema, path, others), ...(path.at(-1) === '[]' ? wordOptions(valuesAt(schema, path)) : [])]
      : wordOptions(valuesAt(schema, [...path, key]))
  return options.length === 0 ? null : { from: context.pos - word.length, options, validFor: /^[\w./~*-]*$/ }
}

function keyOptions(schema: Schema, path: readonly string[], others: readonly string[]): readonly Completion[] {
  return [...keysAt(schema, path)]
    .filter(([key]) => !others.includes(key))
    .map(([key, text]) => ({ label: key, apply: `${key}: `, info: text, type: 'property' }))
}

function wordOptions(words: readonly string[]): readonly Completion[] {
  return words.map((word) => ({ label: word, type: 'enum' }))
}
