import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { setText } from '../actions.ts'
import { problems, text } from '../state.ts'

/** The text of the scenario in an editor, which is loaded when it is shown, with its problems. */
export function Scenario() {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current } = host
    if (current === null) return
    let stop = () => {}
    let isGone = false
    void import('../editor/editor.ts').then(({ openEditor }) => {
      if (isGone) return
      const editor = openEditor(current, text.value, setText)
      const stopText = effect(() => editor.setText(text.value))
      const stopProblems = effect(() => editor.setProblems(problems.value))
      stop = () => {
        stopText()
        stopProblems()
        editor.close()
      }
    })
    return () => {
      isGone = true
      stop()
    }
  }, [])
  return (
    <>
      <div class="editor" ref={host} />
      <ul class="problems" aria-label="Problems">
        {problems.value.map(({ line, column, message, hint, severity }) => (
          <li key={`${line}:${column} ${message}`} class={severity ?? 'error'}>
            {`Line ${line}: ${message}`}
            {hint !== undefined && <span class="note">{` ${hint}`}</span>}
          </li>
        ))}
      </ul>
    </>
  )
}
