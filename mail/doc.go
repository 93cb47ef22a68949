// Package mail makes letters and hands them to an SMTP server: the issue of a digest, the question whether an address
// wants one, and a test. A letter is plain text and HTML that say the same. Which papers an issue holds, and when a letter is
// sent again, do not belong here; see packages recommend/digest and mail/outbox.
package mail
