import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { attackWords, terms } from '../state.ts'

interface TermProps {
  /** The text, if it is not the word itself. */
  readonly children?: string
  readonly word: string
  /** The meaning of a word that the glossary does not have. */
  readonly meaning?: string
}

/** A word that is explained under the pointer, and with the focus. */
export function Term({ word, children = word, meaning }: TermProps) {
  const text = meaning ?? terms.value.get(word)
  return text === undefined ? (
    children
  ) : (
    <span class="term" tabIndex={0} data-meaning={`${word}: ${text}`}>
      {children}
    </span>
  )
}

/** A text in which each word of attacks is explained the first time that it stands there. */
export function Words({ text }: { readonly text: string }) {
  const known = new Set<string>()
  return (
    <>
      {text.split(/([a-z0-9]+(?:-[a-z0-9]+)*)/).map((word, i) => {
        const isFirst = i % 2 === 1 && attackWords.value.has(word) && !known.has(word)
        if (isFirst) known.add(word)
        return isFirst ? <Term key={`${i} ${word}`} word={word} /> : word
      })}
    </>
  )
}

interface Shown {
  readonly text: string
  readonly x: number
  readonly y: number
}

const shown = signal<Shown | null>(null)

/** The meaning of the word under the pointer or with the focus. */
export function Explanation() {
  useEffect(() => listen(), [])
  const { value } = shown
  return (
    <div
      class="explanation"
      id="explanation"
      role="tooltip"
      hidden={value === null}
      style={{ left: `${value?.x ?? 0}px`, top: `${value?.y ?? 0}px` }}
    >
      {value?.text}
    </div>
  )
}

/** The width of an explanation, and its distance from the edge of the page, in pixels. */
const WIDTH = 320
const EDGE = 8

function listen(): () => void {
  const show = ({ target }: Event) => {
    const term = target instanceof Element ? target.closest<HTMLElement>('[data-meaning]') : null
    document.querySelector('[aria-describedby="explanation"]')?.removeAttribute('aria-describedby')
    if (term === null) {
      shown.value = null
      return
    }
    term.setAttribute('aria-describedby', 'explanation')
    const { left, bottom } = term.getBoundingClientRect()
    const x = Math.max(EDGE, Math.min(left, innerWidth - WIDTH - EDGE))
    shown.value = { text: term.dataset.meaning ?? '', x, y: bottom + EDGE / 2 }
  }
  const hide = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') shown.value = null
  }
  for (const sign of ['pointerover', 'focusin', 'scroll'])
    addEventListener(sign, show, { passive: true, capture: true })
  addEventListener('keydown', hide)
  return () => {
    for (const sign of ['pointerover', 'focusin', 'scroll']) removeEventListener(sign, show, { capture: true })
    removeEventListener('keydown', hide)
  }
}
