import { taggedTeam } from '../../lambda/domain/team-tag.ts';

const principal = (tags: Record<string, string>, name = 'alice', path = '/') => ({ name, path, tags });
const analysts = 'AWSReservedSSO_Analysts_0a1b2c3d4e5f6789';

describe('the team of a tag', () => {
  it.each([
    ['ml', 'team/ml'],
    [' ml ', 'team/ml'],
    ['team/ml', 'team/ml'],
    ['Data Science: EMEA', 'team/Data Science: EMEA'],
    ['', undefined],
    ['  ', undefined],
    ['team/', undefined],
  ])('with the value %j is %s', (value, team) => {
    expect(taggedTeam(principal({ Team: value }), 'Team')).toBe(team);
  });

  it('is read from the configured key alone, whose case means nothing to IAM either', () => {
    expect(taggedTeam(principal({ Teams: 'ml', CostCenter: 'x' }), 'Team')).toBeUndefined();
    expect(taggedTeam(principal({ team: 'ml' }), 'Team')).toBe('team/ml');
    expect(taggedTeam(principal({ CostCenter: 'x' }), 'CostCenter')).toBe('team/x');
    expect(taggedTeam(principal({}), 'constructor')).toBeUndefined();
  });

  it.each([
    ['/aws-reserved/sso.amazonaws.com/', 'team/ml'],
    ['/aws-reserved/sso.amazonaws.com/eu-west-1/', 'team/ml'],
    ['/', undefined],
    ['/team/aws-reserved/', undefined],
  ])("of a role with Identity Center's kind of name counts only under its path: %s", (path, team) => {
    expect(taggedTeam(principal({ Team: 'ml' }, analysts, path), 'Team')).toBe(team);
  });
});
