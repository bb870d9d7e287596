import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import type { Result } from '../../measure/result.ts'
import type { VerdictResult } from '../../measure/verdict.ts'
import type { Story } from '../../packets/story.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import { type AttackRow, type EvidenceView, packetOf, storiesLeftOut, viewCell } from './attack-cell-view.ts'

/** The attacks of a run: the matrix, the evidence behind its cells, and what attackers learned. */
export interface AttackView {
  readonly attackers: readonly AttackerView[]
  /** The attacked paths, which are the columns. */
  readonly columns: readonly { readonly path: string; readonly letter: string; readonly protection: string }[]
  readonly rows: readonly AttackRow[]
  /** The number of packets in evidence without messages around them. */
  readonly storiesLeftOut: number
  /** The paths on which attackers read messages, with or without a secret. */
  readonly readOn: readonly string[]
  /** The number of secrets that attackers could have learned; null if the result does not contain it. */
  readonly secrets: number | null
  readonly knowledge: readonly KnowledgeView[]
  /** The number of further items that attackers learned. */
  readonly knowledgeLeftOut: number
}

export interface AttackerView {
  readonly name: string
  readonly vantage: string
  readonly meaning: string
  readonly place: string
  readonly holds: readonly string[]
  readonly allies: readonly string[]
}

/** An item that an attacker learned. */
export interface KnowledgeView {
  readonly atNs: number
  readonly attacker: string
  readonly learned: string
  readonly toldBy: string | null
  readonly packet: EvidenceView['packet']
}

/** The most learned items in a report. */
const MOST_KNOWLEDGE = 200

/** Returns the view of the attacks of a run; null without attackers. */
export function viewAttacks(result: Result, blueprint: Blueprint, stories: readonly Story[]): AttackView | null {
  if (blueprint.attackers.length === 0) return null
  const { verdicts, knowledge, secrets } = result
  const columns = [...new Set(verdicts.map(({ path }) => path))].map((path) => columnOf(path, result, verdicts))
  const used = [...new Map(verdicts.map((one) => [JSON.stringify([one.attacker, one.technique]), one])).values()]
  const rows = used.map(({ attacker, vantage, technique }, row) => ({
    technique,
    meaning: USED_TECHNIQUES[technique].meaning,
    by: `${attacker} (${vantage})`,
    cells: columns.map(({ path }, column) => {
      const own = verdicts.filter(
        (one) => one.attacker === attacker && one.technique === technique && one.path === path,
      )
      return own.length === 0
        ? null
        : viewCell({ id: `attack-${row + 1}-${column + 1}`, by: attacker, path, command: null }, own, stories)
    }),
  }))
  return {
    attackers: blueprint.attackers.map(({ name, vantage, on, holds, allies }) => ({
      name,
      vantage,
      meaning: VANTAGES[vantage].meaning,
      place: `${on.kind} ${on.name}`,
      holds,
      allies,
    })),
    columns,
    rows,
    storiesLeftOut: storiesLeftOut(rows),
    secrets: secrets?.length ?? null,
    knowledge: knowledge.slice(0, MOST_KNOWLEDGE).map(({ atNs, attacker, learned, toldBy, link, packet }) => ({
      atNs,
      attacker,
      learned,
      toldBy: toldBy ?? null,
      packet: packetOf(link, packet),
    })),
    readOn: [...new Set(verdicts.filter(({ exposure }) => exposure.messages > 0).map(({ path }) => path))],
    knowledgeLeftOut: Math.max(0, knowledge.length - MOST_KNOWLEDGE),
  }
}

function columnOf(
  path: string,
  { workloads }: Result,
  verdicts: readonly VerdictResult[],
): AttackView['columns'][number] {
  const workload = workloads.find((one) => one.path === path)
  const isAbsent = verdicts.every((one) => one.path !== path || one.worst === 'not-applicable')
  const protection = workload?.protection ?? (isAbsent ? 'not in this scenario' : '')
  return { path, letter: workload?.letter ?? '', protection }
}
