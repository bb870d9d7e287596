import { signal } from '@preact/signals'
import { addAttacker, moveAttacker, select } from '../actions.ts'
import type { AttackerView, AttackOption, Place } from '../protocol.ts'
import { attacks, loaded, place } from '../state.ts'
import { Words } from './terms.tsx'

/** The attacks of one path are shown at a time. */
const path = signal('')

/** The selected place: the attackers there, and the attacks that fit it. */
export function AttackPanel() {
  const { value } = place
  const attackers = loaded.value?.attackers ?? []
  if (value === null) return <Hint attackers={attackers} />
  const here = attackers.filter(({ on }) => on.kind === value.kind && on.name === value.name)
  return (
    <section class="attack-panel" aria-label={`Attackers at ${value.name}`}>
      <header>
        <h2>{`Attackers at ${value.kind} ${value.name}`}</h2>
        <button type="button" onClick={() => select(null)}>
          Close
        </button>
      </header>
      {here.map((attacker) => (
        <Present key={attacker.name} attacker={attacker} />
      ))}
      {attackers
        .filter((attacker) => !here.includes(attacker))
        .map(({ name }) => (
          <button key={name} type="button" onClick={() => moveAttacker(name, value)}>
            {`Move ${name} here`}
          </button>
        ))}
      <Options at={value} />
    </section>
  )
}

function Hint({ attackers }: { readonly attackers: readonly AttackerView[] }) {
  return (
    <p class="note hint">
      {attackers.length === 0
        ? 'Nobody attacks. Select a link, a host or a pod to put an attacker there.'
        : 'Drag an attacker to another link, or select a link, a host or a pod to put another one there.'}
    </p>
  )
}

function Present({ attacker: { name, vantage, techniques } }: { readonly attacker: AttackerView }) {
  return (
    <p>
      <b>{`☠ ${name}`}</b>
      <Words text={` (${vantage}): ${techniques.join(', ')} `} />
      <button type="button" onClick={() => moveAttacker(name, null)}>
        Take away
      </button>
    </p>
  )
}

function Options({ at }: { readonly at: Place }) {
  const { value } = attacks
  if (value === null) return <p role="status">Looking for the attacks that fit this place.</p>
  if (value.length === 0) return <p>{`No attack of the matrix fits ${at.name}.`}</p>
  const countOn = (name: string) => value.filter((one) => one.path === name).length
  const paths = [...new Set(value.map((one) => one.path))].sort((a, b) => countOn(b) - countOn(a) || (a < b ? -1 : 1))
  const chosen = paths.includes(path.value) ? path.value : paths[0]
  return (
    <>
      <label>
        <span class="key">Put an attacker here, against</span>{' '}
        <select value={chosen} onChange={({ currentTarget }) => (path.value = currentTarget.value)}>
          {paths.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <ul class="options">
        {value
          .filter((one) => one.path === chosen)
          .map((option) => (
            <li key={JSON.stringify(option.definition)}>
              <Option option={option} />
            </li>
          ))}
      </ul>
    </>
  )
}

function Option({ option }: { readonly option: AttackOption }) {
  const { technique, vantage, meaning } = option
  return (
    <>
      <button type="button" onClick={() => addAttacker(option)}>{`${technique}, ${vantage}`}</button>
      <span class="note"> {meaning}</span>
    </>
  )
}
