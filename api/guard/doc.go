// Package guard tells who asks, and how often they may: API keys at rest and in requests, whether a page of this site
// made a request, which proxies are believed, and a limit of requests for each client.
//
// What belongs here is what can be told from a request and from the stored keys. What does not belong here: which
// routes need a key, and what a refusal says (api).
package guard
