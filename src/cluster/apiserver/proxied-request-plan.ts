/** How the API server proxies one request of a user. Immutable. */
export interface ProxiedRequestPlan {
  /** The workload that sends the request, and pays for what is sent on; NONE: no workload. */
  readonly workload: number
  /** Where it may go: requests take these in turn. */
  readonly targets: readonly ProxyTarget[]
  /** Exec, attach and port-forward use a connection of their own. */
  readonly isUpgrade: boolean
  readonly requestBodyBytes: number
  /** The HttpResponse that the user gets where the far end responds with `accepted`, by index, and its body's length. */
  readonly forwardedResponse: number
  readonly forwardedBodyBytes: number
  /** The status of the response where the far end cannot be reached. */
  readonly unreachableStatus: 500 | 503
  /** Key of the stream that draws the endpoint. */
  readonly choiceHigh: number
  readonly choiceLow: number
}

export interface ProxyTarget {
  /** A service has several; each request goes to one at random (service/storage/rest.go, ResourceLocation). */
  readonly endpoints: readonly ProxyEndpoint[]
}

export interface ProxyEndpoint {
  readonly path: number
  /** Index of the HttpRequest that is sent there. */
  readonly request: number
  /** Index of the HttpResponse to it, unless it is refused. */
  readonly accepted: number
}
