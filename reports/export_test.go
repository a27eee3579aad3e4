package reports

// What the tests beside a real store look at from outside the package.
var (
	CountDay  = countDay
	Frozen    = frozen
	NextID    = nextID
	DueAfter  = dueAfter
	DueBefore = dueBefore
)
