package lang

// computed names the keys that no page, mail or Go file spells out, because their
// end is put together at run time: T("skip." + code). Without names, whatever the
// language files hold under the prefix counts as used; with names, exactly prefix
// plus each name must be there, so prefer to give them.
//
// Add a line here when TestKeysAreUsedAndExist asks for it.
func computed() []family {
	return []family{
		{prefix: "time.weekday.", why: "Words.Date: the English day in small letters",
			names: []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}},
		{prefix: "time.month.", why: "Words.Date, Words.Month: the month's number", names: months()},
		{prefix: "settings.table.", why: "web: the tables of the settings and what web adds, their .what and .lead"},
		{prefix: "settings.key.", why: "web.field: the keys of surveys.Settings.All, and their .hint; server's TestEverySettingOnItsPage has them all"},
		{prefix: "settings.kind.", why: "web: the kinds of intake.Kinds",
			names: []string{"generic", "zendesk", "freshdesk", "zammad", "chatwoot", "ses", "postmark", "sendgrid", "mailgun", "brevo"}},
		{prefix: "settings.choice.", why: "web.fill: the values of a choice", names: []string{"true", "false", "month", "quarter", "half-year"}},
		{prefix: "settings.unit.", why: "web.units: Span.Unit", names: []string{"s", "m", "h", "d", "mo"}},
		{prefix: "settings.status.", why: "web.statuses: surveys.Statuses",
			names: []string{"open", "pending", "reopened", "resolved", "closed", "withdrawn", "spam", "deleted"}},
		{prefix: "settings.wrong.", why: "web.refused: surveys.Wrong.Reason, and what web spells out; web's TestEveryReasonHasWords has them all"},
		{prefix: "settings.advice.", why: "web.advise: reports.Held.Length, and what web spells out",
			names: []string{"what", "none", "right", "propose", "month", "quarter", "half-year"}},
		{prefix: "settings.by.", why: "web.changedBy: who changed settings without signing in", names: []string{"command", "file", "demo"}},
		{prefix: "sources.steps.", why: "web.setUpSteps: the kinds of intake.Kinds",
			names: []string{"generic", "zendesk", "freshdesk", "zammad", "chatwoot", "ses", "postmark", "sendgrid", "mailgun", "brevo"}},
		{prefix: "sources.event.", why: "web.events: surveys.EventState, and its .why"},
		{prefix: "sources.refused.", why: "web.refusedEvent: surveys.Refusal.Why",
			names: []string{"more", "missing", "mismatch", "stale", "unsigned", "unreadable", "large"}},
		{prefix: "time.short_month.", why: "Words.ShortMonth: the month's number", names: months()},
		{prefix: "level.", why: "mailer.invitationWords: the score", names: []string{"1", "2", "3", "4", "5"}},
		{prefix: "question.", why: "mailer.invitationWords: Question.Name"},
		{prefix: "answer.problem.", why: "web.mark: Problem.Key", names: []string{"required", "choose", "repeated", "long", "unreadable"}},
		{prefix: "ticket.problem.", why: "web.page.aboutTicket: Problem.Field, and what web spells out",
			names: []string{"number", "email", "message", "long", "nowhere", "unreadable", "slow", "enough", "not_kept"}},
		{prefix: "ticket.step.", why: "web.page.steps: surveys.StepKind", names: []string{"opened", "replied", "closed", "reopened", "withdrawn"}},
		{prefix: "ticket.promise.", why: "web.page.promise: surveys.PromiseState, and what web spells out",
			names: []string{"made", "none", "runs", "kept", "missed", "late", "unknown"}},
		{prefix: "help.acknowledgement.", why: "web.showAcknowledgement: the kind of helpdesk"},
		{prefix: "answer.field.", why: "web.mark: Question.Name"},
		{prefix: "data.what.", why: "web.dataPage: reports.Takings", names: []string{"answers", "tickets", "skips", "figures"}},
		{prefix: "data.means.", why: "web.dataPage: reports.Takings", names: []string{"answers", "tickets", "skips", "figures"}},
		{prefix: "data.by.", why: "web.dataPage: reports.ByAll", names: []string{"team", "category", "product", "channel", "language"}},
		{prefix: "data.window.", why: "web.periodName: reports.MovingWindows", names: []string{"28d", "90d", "12mo"}},
		{prefix: "data.format.", why: "data.html: table.Formats", names: []string{"csv", "xlsx", "jsonl"}},
		{prefix: "log.", why: "web.act: auth.Trace.Act, and what pages spell out"},
		{prefix: "privacy.stopped.", why: "web.personsPage: Suppression.Reason", names: []string{"unsubscribed", "bounced", "complained", "erased", "by_hand"}},
		{prefix: "demo.subjects.", why: "story.open: the category", names: []string{"account", "delivery", "invoice", "product"}},
		{prefix: "demo.theme.", why: "story.decideAll: the decision", names: []string{"carrier", "mondays", "sundays", "invoices"}},
		{prefix: "demo.decision.", why: "story.decideAll: the decision", names: []string{"carrier", "mondays", "sundays", "invoices"}},
		{prefix: "demo.tag.", why: "story.hear: the tag", names: []string{"refund", "silence", "again"}},
		{prefix: "demo.comments.", why: "story.opinion: the mood", names: []string{"good", "bad"}},
		{prefix: "survey.sort.", why: "web.surveyLine and the form: surveys.Sort, and a box to tick", names: []string{"scale-5", "scale-10", "choice", "several", "text", "tick"}},
		{prefix: "survey.end.", why: "web.surveyHandlers.fields: an end of a scale", names: []string{"low", "high"}},
		{prefix: "survey.problem.", why: "web.surveyHandlers: Problem.Key",
			names: []string{"name", "choose", "taken", "words", "many", "kind", "core", "first", "behind", "earlier", "answers", "long", "unreadable", "choices", "words_lacking"}},
		{prefix: "desk.replied.", why: "web.deskHandlers: surveys.ErrandState", names: []string{"to_carry", "carried", "given_up"}},
		{prefix: "desk.problem.", why: "web.deskHandlers: Problem.Key", names: []string{"required", "long", "unreadable", "nowhere"}},
		{prefix: "charts.skip_", why: "charts.Chain and the demo's page: surveys.Skip"},
		{prefix: "voices.by.", why: "web.picker: the names of filters"},
		{prefix: "voices.state.", why: "web.statesAsked", names: []string{"unread", "read", "quoted", "hidden"}},
		{prefix: "voices.period.", why: "reports.MovingWindows", names: []string{"28d", "90d", "12mo"}},
		{prefix: "voices.score.", why: "reports.Mood", names: []string{"low", "middle", "high"}},
		{prefix: "voices.question.", why: "the two scores that every survey has", names: []string{"delay", "listening"}},
		{prefix: "voices.note.", why: "web.notes: what customers tick", names: []string{"private", "callback", "tell"}},
		{prefix: "voices.done.", why: "web.noted: what a form wishes"},
		{prefix: "voices.problem.", why: "web.refusal: reports.Refused", names: []string{"long", "many", "changed", "hidden"}},
		{prefix: "voices.problem.empty.", why: "web.refusal: the field", names: []string{"tag", "why", "quote"}},
		{prefix: "voices.themes.", why: "web.tell: the ways of being empty", names: []string{"nothing", "filter", "few", "none"}},
		{prefix: "voices.themes.list.", why: "web.tell: which kind of theme", names: []string{"low", "high", "often"}},
		{prefix: "space.", why: "web.insidePage: the keys of places, and web.nameOf"},
		{prefix: "manual.", why: "web.manualHandlers: the keys of chapters and papers, and what pages spell out"},
		{prefix: "demo.enter.", why: "web.gallery: auth.Role, and what pages spell out"},
		{prefix: "login.enter.", why: "web.enter: auth.PassKind, and what pages spell out"},
		{prefix: "login.spent.", why: "web.nameOf", names: []string{"why", "do"}},
		{prefix: "demo.person.", why: "enterDemo: auth.Role", names: []string{"administrator", "manager", "adviser"}},
		{prefix: "people.role.", why: "auth.Role", names: []string{"administrator", "manager", "adviser", "reader"}},
		{prefix: "enter.", why: "mailer.enterWords: auth.PassKind, and what the mail spells out"},
		{prefix: "explore.by.", why: "web.explorePage and charts.Funnel: reports.Dimension, and what else an address may say",
			names: []string{"team", "category", "product", "channel", "language", "period", "compare", "by", "figure"}},
		{prefix: "explore.of.", why: "charts.Changes: the dimensions of reports.Digest", names: []string{"team", "category", "product"}},
		{prefix: "explore.compare.", why: "web.explorePage.comparisons", names: []string{"none", "before", "year"}},
		{prefix: "explore.window.", why: "web.windowName: reports.MovingWindows", names: []string{"28d", "90d", "12mo"}},
		{prefix: "followups.empty.", why: "web.followUpState", names: []string{"waiting", "mine", "closed", "withdrawn"}},
		{prefix: "followups.state.", why: "web.followUpState", names: []string{"waiting", "mine", "closed", "withdrawn"}},
		{prefix: "followups.reason.", why: "surveys.FollowUp.Reasons", names: []string{"callback", "delay", "listening"}},
		{prefix: "followups.outcome.", why: "surveys.FollowUpOutcome", names: []string{"solved", "gesture", "nothing_to_do", "cannot_reach"}},
		{prefix: "followups.gesture.", why: "surveys.GestureKind", names: []string{"refund", "voucher", "replacement", "other"}},
		{prefix: "followups.count.", why: "web.followUpHandlers.counted", names: []string{"in_time", "late", "missed", "waiting"}},
		{prefix: "followups.problem.", why: "surveys.Problem.Key, and what web spells out", names: []string{"choose", "amount", "long", "unreadable", "changed"}},
		{prefix: "deeds.problem.", why: "surveys.Problem.Key", names: []string{"empty", "long", "unreadable", "day"}},
		{prefix: "mail.span.", why: "mailer.kept: Span.Unit", names: []string{"s", "m", "h", "d", "mo"}},
	}
}

type family struct {
	prefix string
	why    string // who puts the key together, and from what
	names  []string
}

func months() []string {
	return []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"}
}
