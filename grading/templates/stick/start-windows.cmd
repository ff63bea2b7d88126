@echo off
rem Starts the course by a double click. No administrator, no internet; nothing is written on the stick.
rem Plain ASCII on purpose: with code page 65001 cmd loses its place in a file with other letters.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
set "HERE=%~dp0"
set "TEST=import sys, venv; sys.exit('%%d.%%d' %% sys.version_info[:2] not in '@VERSIONS@'.split())"
for %%P in ("%HERE%python\python.exe" "%HERE%python\tools\python.exe") do (
  if exist %%P (
    %%P -I -c "%TEST%" >nul 2>nul && (
      %%P -B "%HERE%start\start.py" %*
      goto :end
    )
  )
)
for %%V in (@VERSIONS@) do (
  py -%%V -I -c "%TEST%" >nul 2>nul && (
    py -%%V -B "%HERE%start\start.py" %*
    goto :end
  )
)
python -I -c "%TEST%" >nul 2>nul && (
  python -B "%HERE%start\start.py" %*
  goto :end
)
type "%HERE%start\no-python.txt"
pause
exit /b 1

:end
set "CODE=%errorlevel%"
if not "%CODE%"=="0" pause
exit /b %CODE%
