/** What the apiserver does for a user whose request is for somebody behind it. Immutable. */
export interface ProxiedRequestPlan {
  /** Whose request it is: it pays for what is said onward. NONE: no workload's. */
  readonly workload: number
  /** Where it may go, one after the other; each by itself may have several ends. */
  readonly targets: readonly ProxyTarget[]
  /** On a connection of its own (exec, attach, port-forward). */
  readonly isUpgrade: boolean
  readonly requestBodyBytes: number
  /** Index of the HttpResponse that the user gets where the far end says `accepted`, and how long its body is. */
  readonly passedOn: number
  readonly passedOnBodyBytes: number
  /** The status where the far end cannot be reached. */
  readonly unreachable: 500 | 503
  /** Keys of the choice among ends. */
  readonly choiceHigh: number
  readonly choiceLow: number
}

export interface ProxyTarget {
  /** A service has several: a random one each time (service/storage/rest.go, ResourceLocation). */
  readonly ends: readonly ProxyEndpoint[]
}

export interface ProxyEndpoint {
  readonly path: number
  /** Index of the HttpRequest, and of the HttpResponse that it is answered with if all is well. */
  readonly request: number
  readonly accepted: number
}
